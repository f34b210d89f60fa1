package io.clickledger.benchmarks.driver;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.EnumMap;
import java.util.Map;

/** CPU seconds of a driver at one moment, in total and by kind of work. */
public record CpuSample(double cpu, Map<DriverProcess.Work, Double> byWork) {

  public static CpuSample at(DriverProcess driver) {
    try {
      return new CpuSample(driver.cpuSeconds(), driver.cpuSecondsByWork());
    } catch (IOException e) {
      throw new UncheckedIOException("the driver is gone", e);
    }
  }

  public Map<DriverProcess.Work, Double> since(CpuSample before) {
    Map<DriverProcess.Work, Double> since = new EnumMap<>(DriverProcess.Work.class);
    byWork.forEach(
        (work, seconds) -> since.put(work, seconds - before.byWork.getOrDefault(work, 0.0)));
    return since;
  }
}

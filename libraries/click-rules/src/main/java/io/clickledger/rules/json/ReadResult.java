package io.clickledger.rules.json;

import io.clickledger.rules.contract.Click;
import io.clickledger.rules.contract.ClickField;
import io.clickledger.rules.contract.Fault;
import java.util.List;
import java.util.Objects;

/** The result of reading a record: a click, or its validation errors. */
public sealed interface ReadResult {

  /** A click. */
  record Accepted(Click click) implements ReadResult {

    public Accepted {
      Objects.requireNonNull(click, "click");
    }
  }

  /** Not a click: its faults, at least one, in the order of {@link ClickField}. */
  record Rejected(List<Fault> faults) implements ReadResult {

    public Rejected {
      faults = List.copyOf(faults);
      if (faults.isEmpty()) {
        throw new IllegalArgumentException("faults must hold at least one, was empty");
      }
    }

    public Rejected(Fault fault) {
      this(List.of(fault));
    }

    /** The fault that a table of rejected records shows. */
    public Fault first() {
      return faults.get(0);
    }
  }
}

package io.clickledger.sandbox.launcher;

import java.io.PrintWriter;
import java.io.StringWriter;

/** What the command answered to one command line. */
public record CommandLineRun(int status, String out, String err) {

  public static CommandLineRun of(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int status = Clickledger.run(new PrintWriter(out), new PrintWriter(err), args);
    return new CommandLineRun(status, out.toString(), err.toString());
  }
}

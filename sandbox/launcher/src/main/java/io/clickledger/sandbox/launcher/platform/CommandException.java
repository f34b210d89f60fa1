package io.clickledger.sandbox.launcher.platform;

/** A command cannot be carried out; the message is one sentence for the user. */
public final class CommandException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public CommandException(String sentence) {
    super(sentence);
  }
}

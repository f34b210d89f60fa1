package io.clickledger.sandbox.launcher;

/** A command cannot be carried out; the message is one sentence for the user. */
final class CommandException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  CommandException(String sentence) {
    super(sentence);
  }
}

package io.clickledger.sandbox.launcher;

/** Why a command does nothing, in one sentence. */
final class Refusal extends RuntimeException {

  private static final long serialVersionUID = 1L;

  Refusal(String sentence) {
    super(sentence);
  }
}

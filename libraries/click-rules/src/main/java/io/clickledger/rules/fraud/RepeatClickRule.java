package io.clickledger.rules.fraud;

import java.io.Serializable;
import java.time.Duration;

/** Flags the click of a user on an ad that the same user clicked less than a window before. */
public record RepeatClickRule(String id, Verdict verdict, Duration window)
    implements Serializable {}

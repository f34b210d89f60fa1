package io.clickledger.rules.money;

import java.util.BitSet;
import java.util.Set;

/** The currencies of ISO 4217 that people are paid in: no metals, bonds, funds and test codes. */
public final class Currencies {

  /*
   * Kept here and not asked of java.util.Currency, whose list changes with the JDK: whether a click
   * is landed must not depend on the machine that lands it. BGN, HRK, ANG and ZWL stay, for records
   * from before they were replaced.
   */
  private static final String CODES =
      """
      AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP
      BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP
      GEL GHS GIP GMD GNF GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS
      KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR
      MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF
      SAR SBD SCR SDG SEK SGD SHP SLE SLL SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD
      TWD TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG ZWL
      """;

  private static final BitSet KNOWN = known();

  /** Invoiced in whole units. */
  private static final Set<String> NO_MINOR_UNIT =
      Set.of(
          "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV",
          "XAF", "XOF", "XPF");

  /** The minor unit is a thousandth. */
  private static final Set<String> THOUSANDTHS =
      Set.of("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND");

  private Currencies() {}

  /** Whether it is such a code, in capitals. */
  public static boolean isKnown(String code) {
    int position = position(code);
    return position >= 0 && KNOWN.get(position);
  }

  /**
   * How many decimals the minor unit of a currency has, by ISO 4217: 2 for EUR, none for JPY, 3 for
   * BHD.
   *
   * @throws IllegalArgumentException where it is no code of a currency
   */
  public static int minorUnitDecimals(String code) {
    if (!isKnown(code)) {
      throw new IllegalArgumentException("not a currency of ISO 4217: " + code);
    }
    if (NO_MINOR_UNIT.contains(code)) {
      return 0;
    }
    return THOUSANDTHS.contains(code) ? 3 : 2;
  }

  private static BitSet known() {
    BitSet known = new BitSet(26 * 26 * 26);
    for (String code : CODES.strip().split("\\s+")) {
      known.set(position(code));
    }
    return known;
  }

  private static int position(String code) {
    if (code.length() != 3) {
      return -1;
    }
    int position = 0;
    for (int i = 0; i < 3; i++) {
      int letter = code.charAt(i) - 'A';
      if (letter < 0 || letter > 25) {
        return -1;
      }
      position = position * 26 + letter;
    }
    return position;
  }
}

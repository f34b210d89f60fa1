package io.clickledger.spark;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AndroidModelTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          (Linux; Android 8.1.0; M bot 60 Build/O1; wv) bot/1  | (Linux; Android 8.1.0; K Build/O1; wv) bot/1
          (Linux; Android 8.1.0; M bot 60) bot/1               | (Linux; Android 8.1.0; K) bot/1
          (Linux; Android 8.1.0; M bot 60; wv) x               | (Linux; Android 8.1.0; K; wv) x
          (Linux; U; Android 4.1.1; ru-kz; M bot Build/J; x)   | (Linux; U; Android 4.1.1; ru-kz; K Build/J; x)
          (Linux; U; Android 4.1.1; en; M bot Build/J)         | (Linux; U; Android 4.1.1; en; K Build/J)
          (Linux; Android 9) (compatible; a bot)               | (Linux; Android 9) (compatible; a bot)
          (Linux; Android 9; Some-bot/1.0)                     | (Linux; Android 9; Some-bot/1.0)
          (Linux; Android 9; Some bot                          | (Linux; Android 9; Some bot
          Android 9                                            | Android 9
          Android 9;                                           | Android 9;
          Android 9; en                                        | Android 9; en
          Android 9;)                                          | Android 9; K)
          a bot                                                | a bot
          """)
  void hidesTheNameOfThePhoneAndNothingElse(String userAgent, String expected) {
    assertThat(AndroidModel.withoutName(userAgent)).isEqualTo(expected);
  }

  @Test
  void readsEveryBeginningOfAUserAgent() {
    String userAgent = "(Linux; U; Android 4.1.1; ru-kz; M bot 60 Build/JRO03C; wv) AppleWebKit/1";

    for (int i = 0; i <= userAgent.length(); i++) {
      assertThat(AndroidModel.withoutName(userAgent.substring(0, i))).isNotNull();
    }
  }
}

package io.outcry.market;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class MarketSpecTest {

    private static final MarketSpec BTC = MarketSpec.of("BTC/USDT", "0.01", "0.00000001");

    @Test
    void decimalsGoToTheGridAndBack() {
        assertThat(BTC.priceTicks("50000")).isEqualTo(5_000_000);
        assertThat(BTC.priceTicks("50000.10")).isEqualTo(5_000_010);
        assertThat(BTC.price(5_000_010)).isEqualTo("50000.1");
        assertThat(BTC.quantityLots("1.5")).isEqualTo(150_000_000);
        assertThat(BTC.quantity(1)).isEqualTo("0.00000001");
        assertThat(BTC.quantity(0)).isEqualTo("0");
    }

    @Test
    void aValueOffTheGridIsRefusedWithItsNeighbours() {
        assertThatThrownBy(() -> BTC.priceTicks("50000.015"))
                .isInstanceOf(OffGridException.class)
                .hasMessageContaining("50000.01")
                .hasMessageContaining("50000.02");
        assertThatThrownBy(() -> BTC.priceTicks("0")).hasMessageContaining("smallest");
        assertThatThrownBy(() -> BTC.priceTicks("0.001")).hasMessageContaining("0.01");
        assertThatThrownBy(() -> BTC.priceTicks("-1")).isInstanceOf(OffGridException.class);
        assertThatThrownBy(() -> BTC.priceTicks("1e3")).isInstanceOf(OffGridException.class);
        assertThatThrownBy(() -> BTC.priceTicks("99999999999999999999")).hasMessageContaining("largest");
        assertThatThrownBy(() -> BTC.priceTicks("9".repeat(100_000))).isInstanceOf(OffGridException.class);
    }

    @Test
    void theTermsMakeTheName() {
        assertThat(MarketSpec.of("BTC/USDT", "0.010", "0.00000001")).isEqualTo(BTC);
        assertThat(MarketSpec.parse("BTC/USDT")).isEqualTo(BTC);
        assertThat(MarketSpec.parse("BTC/USDT:tick=0.01,lot=0.00000001").id()).isEqualTo(BTC.id());
        assertThat(MarketSpec.parse("BTC/USDT:tick=0.1").id()).isNotEqualTo(BTC.id());
        assertThat(BTC.topic()).isEqualTo("/outcry/1/BTC/USDT/" + BTC.id().hex());
        assertThat(BTC.id().hex()).hasSize(32);
    }

    @Test
    void termsOutOfRangeAreRefusedByName() {
        assertThatThrownBy(() -> MarketSpec.of("btc", "1", "1")).hasMessageContaining("btc");
        assertThatThrownBy(() -> MarketSpec.of("BTC", "0", "1")).hasMessageContaining("tick");
        assertThatThrownBy(() -> MarketSpec.of("BTC", "1", "x")).hasMessageContaining("lot");
        assertThatThrownBy(() -> MarketSpec.parse("BTC:step=1")).hasMessageContaining("step=1");
        assertThatThrownBy(() -> new MarketSpec("BTC", "1", "1", 0, 60_000, 1)).hasMessageContaining("minQty");
        assertThatThrownBy(() -> new MarketSpec("BTC", "1", "1", 1, 60_000, 2)).hasMessageContaining("version");
    }
}

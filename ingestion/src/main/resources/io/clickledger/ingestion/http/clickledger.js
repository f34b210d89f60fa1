/* Clickledger: clickledger.click({ad_id: "...", publisher_id: "..."}) sends a click. See docs/click-contract.md. */
(function (w, d) {
  "use strict";
  var url = new URL("/v1/pixel.gif", d.currentScript.src).href;
  var waiting = new Set();

  function uuid() {
    if (w.crypto.randomUUID) return w.crypto.randomUUID();
    var b = w.crypto.getRandomValues(new Uint8Array(16));
    b[6] = (b[6] & 15) | 64;
    b[8] = (b[8] & 63) | 128;
    var hex = Array.from(b, function (x) { return (x + 256).toString(16).slice(1); }).join("");
    return hex.replace(/(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  }

  function beacon(body) {
    try { return navigator.sendBeacon(url, body); } catch (e) { return false; }
  }

  function post(body, left) {
    fetch(url, {method: "POST", mode: "no-cors", credentials: "omit", keepalive: true, body: body})
      .then(function () { waiting.delete(body); }, function () {
        if (left > 0) setTimeout(function () { if (waiting.has(body)) post(body, left - 1); }, 8000 >> left);
        else waiting.delete(body);
      });
  }

  function click(fields) {
    var all = Object.assign({click_id: uuid(), page_url: location.href}, fields);
    var body = new URLSearchParams(all);
    if (!beacon(body)) {
      waiting.add(body);
      post(body, 3);
    }
    return all.click_id;
  }

  w.addEventListener("pagehide", function () {
    waiting.forEach(beacon);
    waiting.clear();
  });

  function link(e) {
    if (e.type == "auxclick" && e.button != 1) return;
    var a = e.target.closest && e.target.closest("a[data-clickledger-ad]");
    if (a) click({ad_id: a.dataset.clickledgerAd, publisher_id: a.dataset.clickledgerPublisher, click_url: a.href});
  }
  d.addEventListener("click", link, true);
  d.addEventListener("auxclick", link, true);

  w.clickledger = {click: click};
})(window, document);

// The part of the API reference that Redoc 2 lacks: one language for all code samples
// (remembered), dark mode, and the name and keyboard fixes that axe asks for.
(function () {
  "use strict";
  const LANGUAGES = ["shell", "ruby", "python"];
  const BAR = 48; // height of #bar in closum.css: where a section scrolls to
  const root = document.documentElement;
  const target = document.getElementById("reference");
  const themeSwitch = document.getElementById("theme-switch");
  const prefersDark = window.matchMedia("(prefers-color-scheme: dark)");

  // localStorage throws where cookies are blocked; the page works without it.
  function remember(key, value) { try { localStorage.setItem(key, value); } catch (e) { /* */ } }
  function recall(key) { try { return localStorage.getItem(key); } catch (e) { return null; } }

  // ---- language ---------------------------------------------------------------
  // Redoc keeps one tab list per operation. Its tabs are clicked for the reader, as
  // only Redoc itself can render another sample. Fenced code in prose is switched by
  // closum.css from <html data-lang>.
  function sampleTabs() { return target.querySelectorAll("li[role=tab].react-tabs__tab"); }
  function languageOf(tab) {
    const name = tab.textContent.trim().toLowerCase();
    return LANGUAGES.includes(name) ? name : null;
  }
  let applying = false;
  // A tab takes the focus soon after it is clicked, and the browser scrolls to what has it: the last of all samples.
  const focus = HTMLElement.prototype.focus;
  function withoutFocus(change) {
    HTMLElement.prototype.focus = function () {};
    change();
    setTimeout(function () { HTMLElement.prototype.focus = focus; });
  }
  function applyLanguage(language) {
    applying = true;
    root.dataset.lang = language;
    document.querySelectorAll("#languages button").forEach(function (button) {
      button.setAttribute("aria-pressed", String(button.dataset.lang === language));
    });
    withoutFocus(function () {
      sampleTabs().forEach(function (tab) {
        if (languageOf(tab) === language && tab.getAttribute("aria-selected") !== "true") tab.click();
      });
    });
    applying = false;
  }
  // Samples differ in height: what the reader looks at must stay where it is.
  function keepPlace(anchor, change) {
    const before = anchor && anchor.getBoundingClientRect().top;
    change();
    if (!anchor) return;
    requestAnimationFrame(function () {
      window.scrollBy({ top: anchor.getBoundingClientRect().top - before, behavior: "instant" });
    });
  }
  function chooseLanguage(language, anchor) {
    remember("closum-docs-language", language);
    keepPlace(anchor, function () { applyLanguage(language); });
  }
  function inSight() {
    return [].find.call(target.querySelectorAll("h1, h2, h3, [role=tablist]"), function (e) {
      return e.getBoundingClientRect().top >= BAR;
    });
  }
  document.getElementById("languages").addEventListener("click", function (event) {
    const button = event.target.closest("button");
    if (button) chooseLanguage(button.dataset.lang, inSight());
  });
  function fromTab(event) { // a tab of one operation switches all of them, too
    if (applying) return;
    const tab = event.target.closest && event.target.closest("li[role=tab]");
    const language = tab && languageOf(tab);
    if (language && language !== root.dataset.lang) chooseLanguage(language, tab);
  }
  target.addEventListener("click", fromTab);
  target.addEventListener("focusin", fromTab); // arrow keys move the focus

  // ---- what axe asks for --------------------------------------------------------
  // Redoc renders and re-renders as it likes, so this is repeated after each change.
  let tidying = 0;
  function tidy() {
    tidying = 0;
    // The phone's round menu button is a <div> without a role, a name or a tab stop.
    const button = target.querySelector(".menu-content + div");
    if (button && !button.id) {
      button.id = "menu-button";
      button.setAttribute("role", "button");
      button.setAttribute("aria-label", "Navigation");
      button.tabIndex = 0;
    }
    // An aria-label hides "GET", "POST" and the entries below from the name of an entry.
    target.querySelectorAll("[role=menuitem][aria-label]").forEach(function (e) {
      e.removeAttribute("aria-label");
    });
    // Wide tables scroll on a phone: the keyboard must reach them.
    target.querySelectorAll(".redoc-markdown table").forEach(function (e) {
      if (e.scrollWidth > e.clientWidth) e.tabIndex = 0; else e.removeAttribute("tabindex");
    });
  }
  function tidySoon() { if (!tidying) tidying = requestAnimationFrame(tidy); }
  new MutationObserver(tidySoon).observe(target, { childList: true, subtree: true });
  window.addEventListener("resize", tidySoon);
  target.addEventListener("keydown", function (event) {
    if (event.target.id === "menu-button" && (event.key === "Enter" || event.key === " ")) {
      event.preventDefault();
      event.target.click();
    }
  });

  // ---- theme ----------------------------------------------------------------------
  // Redoc computes shades from its colours, so CSS variables cannot be given to it:
  // another theme means another rendering.
  const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";
  const MONO = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'Liberation Mono', monospace";
  function theme(dark) {
    const text = dark ? "#e6e8ea" : "#24292e";
    const soft = dark ? "#b4bac1" : "#57606a";
    const link = dark ? "#79b8ff" : "#0b5cad";
    const side = dark ? "#16191c" : "#f4f5f7";
    function response(onLight, onDark, tab) {
      return { color: dark ? onDark : onLight, backgroundColor: dark ? "#24292e" : "#f4f5f7", tabTextColor: tab };
    }
    return {
      spacing: { sectionVertical: 24, sectionHorizontal: 32 },
      colors: {
        primary: { main: link },
        success: { main: dark ? "#56d364" : "#1a7f37" },
        error: { main: dark ? "#ff9b94" : "#b3261e" },
        text: { primary: text, secondary: soft },
        border: { dark: dark ? "#4b535b" : "#c4c9cf", light: dark ? "#363c42" : "#e4e7ea" },
        responses: {
          success: response("#1a6b31", "#7ee787", "#7ee787"),
          error: response("#a3241c", "#ffaba5", "#ffaba5"),
          redirect: response("#7a5200", "#f2cc60", "#f2cc60"),
          info: response("#0b5cad", "#79b8ff", "#79b8ff"),
        },
        http: { get: "#1a6b31", post: "#0b5cad", put: "#8a3fa0", delete: "#a3241c", patch: "#8a4b00" },
      },
      schema: { typeNameColor: soft, typeTitleColor: soft, requireLabelColor: dark ? "#ffaba5" : "#a3241c",
        nestedBackground: side, linesColor: dark ? "#57606a" : "#8c959f" },
      typography: {
        fontFamily: FONT, fontSize: "15px", headings: { fontFamily: FONT, fontWeight: "600" },
        code: { fontFamily: MONO, fontSize: "13px", color: dark ? "#ffc2a8" : "#9a2c1f",
          backgroundColor: dark ? "#2b3138" : "#f0f1f3", wrap: true },
        links: { color: link, visited: link, hover: link, textDecoration: "underline", hoverTextDecoration: "underline" },
      },
      sidebar: { width: "260px", backgroundColor: side, textColor: text, activeTextColor: link },
      rightPanel: { backgroundColor: dark ? "#101214" : "#263238", textColor: "#ffffff", width: "40%",
        servers: { overlay: { backgroundColor: dark ? "#24292e" : "#fafafa", textColor: text },
          url: { backgroundColor: dark ? "#16191c" : "#ffffff" } } },
      codeBlock: { backgroundColor: "#11171a" },
      fab: { backgroundColor: dark ? "#2b3138" : "#ffffff", color: link },
    };
  }
  function isDark() {
    const chosen = recall("closum-docs-theme");
    return chosen ? chosen === "dark" : prefersDark.matches;
  }
  let spec = null;
  function render() {
    const dark = isDark();
    const place = window.scrollY;
    root.dataset.theme = dark ? "dark" : "light";
    themeSwitch.setAttribute("aria-pressed", String(dark));
    root.removeAttribute("data-ready"); // for tests: set when samples can be read
    if (target.querySelector(".redoc-wrap")) Redoc.destroy(target);
    Redoc.init(structuredClone(spec), { // it writes into what it is given
      theme: theme(dark),
      scrollYOffset: BAR,
      nativeScrollbars: true,        // the replacement bars cannot be reached by keyboard
      downloadUrls: [{ title: "openapi.json", url: target.dataset.specUrl }],
      hideRequestPayloadSample: true, // the samples hold the body: only languages are tabs
      jsonSamplesExpandLevel: "all",
      sortRequiredPropsFirst: true,
      pathInMiddlePanel: true,       // "GET /api/lead" is text on the published site, too
      hideSchemaPattern: true,       // "^[0-9]*$" tells a reader less than the description
    }, target, function (error) {
      if (error) return fail(error);
      applyLanguage(root.dataset.lang);
      tidy();
      if (place) window.scrollTo({ top: place, behavior: "instant" });
      root.dataset.ready = "true";
    });
  }
  function fail(error) {
    const message = document.createElement("p");
    message.className = "message";
    message.setAttribute("role", "alert");
    message.textContent = "The API reference cannot be shown: " + error.message;
    target.replaceChildren(message);
  }
  themeSwitch.addEventListener("click", function () {
    remember("closum-docs-theme", isDark() ? "light" : "dark");
    if (spec) render();
  });
  prefersDark.addEventListener("change", function () {
    if (spec && (root.dataset.theme === "dark") !== isDark()) render();
  });

  const kept = recall("closum-docs-language");
  root.dataset.lang = LANGUAGES.includes(kept) ? kept : LANGUAGES[0];
  root.dataset.theme = isDark() ? "dark" : "light";
  fetch(target.dataset.specUrl, { headers: { Accept: "application/json" } })
    .then(function (response) {
      if (!response.ok) throw new Error("HTTP " + response.status);
      return response.json();
    })
    .then(function (json) { spec = json; render(); })
    .catch(fail);
})();

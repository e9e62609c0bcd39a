// The part of the API reference that Redoc 2 lacks: one language for all code samples
// (remembered), dark mode, and the names, landmarks and keyboard fixes that it needs.
// It runs before redoc.js is there: the colours are right from the first painting on.
(function () {
  "use strict";
  const LANGUAGES = ["shell", "ruby", "python"];
  const BAR = 48; // height of #bar in closum.css: where a section scrolls to
  const root = document.documentElement;
  const SPEC_URL = root.dataset.root + "/api/openapi.json";
  const target = document.getElementById("reference");
  const themeSwitch = document.getElementById("theme-switch");
  const status = document.getElementById("status"); // is read out by screen readers
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
  const focus = HTMLElement.prototype.focus;
  // A tab takes the focus soon after it is clicked, and the browser scrolls to what has
  // it: the last of all samples. Only the tab that the reader chose (`own`) may have it.
  function applyLanguage(language, own) {
    applying = true;
    root.dataset.lang = language;
    document.querySelectorAll("#languages button").forEach(function (button) {
      button.setAttribute("aria-pressed", String(button.dataset.lang === language));
    });
    HTMLElement.prototype.focus = function (options) {
      if (this === own || !this.matches("[role=tab]")) focus.call(this, options);
    };
    sampleTabs().forEach(function (tab) {
      if (tab !== own && languageOf(tab) === language && tab.getAttribute("aria-selected") !== "true") tab.click();
    });
    setTimeout(function () { HTMLElement.prototype.focus = focus; });
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
  function chooseLanguage(language, anchor, own) {
    remember("closum-docs-language", language);
    keepPlace(anchor, function () { applyLanguage(language, own); });
    status.textContent = "Code samples in " + document.querySelector("#languages [aria-pressed=true]").textContent;
  }
  function inSight(selector) {
    return [].find.call(target.querySelectorAll(selector), function (e) {
      return e.getBoundingClientRect().top >= BAR;
    });
  }
  document.getElementById("languages").addEventListener("click", function (event) {
    const button = event.target.closest("button");
    if (button) chooseLanguage(button.dataset.lang, inSight("h1, h2, h3, [role=tablist]"));
  });
  function fromTab(event) { // a tab of one operation switches all of them, too
    if (applying) return;
    const tab = event.target.closest && event.target.closest("li[role=tab]");
    const language = tab && languageOf(tab);
    if (language && language !== root.dataset.lang) chooseLanguage(language, tab, tab);
  }
  target.addEventListener("click", fromTab);
  target.addEventListener("focusin", fromTab); // arrow keys move the focus

  // ---- names, landmarks and the keyboard -------------------------------------------
  // Every call can have these errors: as tabs they hide the few that differ. They stay in
  // the list of responses, and where a call has few tabs, such as 503 of /ready.
  const COMMON_ERRORS = ["413", "414", "431", "500", "503"];
  function hideCommonErrors(list) {
    if (list.children.length <= 7) return;
    for (const tab of list.children) {
      if (!COMMON_ERRORS.includes(tab.textContent.trim())) continue;
      tab.hidden = true;
      tab.setAttribute("aria-disabled", "true"); // arrow keys pass over it
    }
  }
  function focusContent() {
    const heading = inSight(".api-content :is(h1, h2, h3)");
    if (!heading) return;
    heading.tabIndex = -1;
    heading.focus();
  }
  // The phone's round menu button is a <div> without a role, a name or a tab stop.
  let menu, menuButton;
  function takeMenu(shown) {
    menu = shown;
    menu.setAttribute("role", "navigation");
    menu.setAttribute("aria-label", "Sections");
    menuButton = menu.nextElementSibling;
    menuButton.id = "menu-button";
    menuButton.setAttribute("role", "button");
    menuButton.setAttribute("aria-label", "Navigation");
    menuButton.tabIndex = 0;
    new MutationObserver(menuMoved).observe(menu, { attributeFilter: ["class"] });
  }
  function isMenuOpen() { return menuButton.getAttribute("aria-expanded") === "true"; }
  function menuMoved() {
    const open = menu.checkVisibility();
    if (open === isMenuOpen() || !menuButton.checkVisibility()) return;
    menuButton.setAttribute("aria-expanded", String(open));
    if (open) menu.querySelector(".search-input").focus();
    else if (document.activeElement !== menuButton) focusContent(); // what was chosen
  }
  let lastCount = null;
  function countResults() {
    const results = target.querySelector("[data-role='search:results']");
    const count = results && results.querySelectorAll("[role=menuitem]").length;
    if (count !== lastCount && count !== null) status.textContent = "Search results: " + count;
    lastCount = count;
  }
  // Redoc renders and re-renders as it likes, so this is repeated after each change.
  let tidying = 0;
  function tidy() {
    tidying = 0;
    const shown = target.querySelector(".menu-content");
    if (!shown) return;
    if (shown !== menu) takeMenu(shown);
    menuButton.setAttribute("aria-expanded", String(menu.checkVisibility()));
    target.querySelector(".api-content").setAttribute("role", "main");
    // An aria-label hides "GET", "POST" and the entries below from the name of an entry.
    target.querySelectorAll("[role=menuitem][aria-label]").forEach(function (e) {
      e.removeAttribute("aria-label");
    });
    // The link in a heading is named "tag/Leads/operation/createLead", and so is the heading.
    target.querySelectorAll(":is(h1, h2, h3):not([aria-label]) > a[href^='#']").forEach(function (e) {
      const heading = e.parentElement;
      heading.setAttribute("aria-label", heading.textContent.trim());
      e.setAttribute("aria-label", "Link to " + heading.textContent.trim());
    });
    // Wide tables scroll on a phone: the keyboard must reach them.
    target.querySelectorAll(".redoc-markdown table").forEach(function (e) {
      if (e.scrollWidth > e.clientWidth) e.tabIndex = 0; else e.removeAttribute("tabindex");
    });
    target.querySelectorAll("[role=tablist]").forEach(hideCommonErrors);
    countResults();
  }
  function tidySoon() { if (!tidying) tidying = requestAnimationFrame(tidy); }
  new MutationObserver(tidySoon).observe(target, { childList: true, subtree: true });
  window.addEventListener("resize", tidySoon);
  document.addEventListener("keydown", function (event) {
    if (!menu) return;
    if (event.target === menuButton && (event.key === "Enter" || event.key === " ")) {
      event.preventDefault();
      menuButton.click();
    }
    // In a search field with text Escape empties the field.
    if (event.key === "Escape" && isMenuOpen() && menuButton.checkVisibility() && !event.target.value) {
      menuButton.focus();
      menuButton.click();
    }
  }, true); // before Redoc has emptied the field
  document.getElementById("skip").addEventListener("click", function (event) {
    event.preventDefault();
    focusContent();
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
        primary: { main: link, light: link },
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
  let chosenTheme = recall("closum-docs-theme"); // the storage is only its copy
  let spec = null;
  function isDark() { return chosenTheme ? chosenTheme === "dark" : prefersDark.matches; }
  function showTheme() {
    const other = isDark() ? "Light" : "Dark";
    root.dataset.theme = isDark() ? "dark" : "light";
    themeSwitch.textContent = other;
    themeSwitch.setAttribute("aria-label", other + " theme");
    if (spec) render();
  }
  themeSwitch.addEventListener("click", function () {
    chosenTheme = isDark() ? "light" : "dark";
    remember("closum-docs-theme", chosenTheme);
    showTheme();
  });
  prefersDark.addEventListener("change", function () { if (!chosenTheme) showTheme(); });

  // ---- rendering --------------------------------------------------------------------
  function render() {
    const again = Boolean(target.querySelector(".redoc-wrap"));
    const place = window.scrollY;
    const hash = location.hash;
    root.removeAttribute("data-ready"); // for tests: set when samples can be read
    if (again) Redoc.destroy(target);
    Redoc.init(structuredClone(spec), { // it writes into what it is given
      theme: theme(isDark()),
      scrollYOffset: BAR,
      nativeScrollbars: true,        // the replacement bars cannot be reached by keyboard
      downloadUrls: [{ title: "openapi.json", url: SPEC_URL }],
      hideRequestPayloadSample: true, // the samples hold the body: only languages are tabs
      jsonSamplesExpandLevel: "all",
      sortRequiredPropsFirst: true,
      schemasExpansionLevel: 2,      // the nested e-mail and phone are what a reader looks for
      pathInMiddlePanel: true,       // "GET /api/lead" is text on the published site, too
      hideSchemaPattern: true,       // "^[0-9]*$" tells a reader less than the description
    }, target, function (error) {
      if (error) return fail(error);
      applyLanguage(root.dataset.lang);
      tidy();
      // Redoc has scrolled to the section of the address, but other samples and fewer tabs
      // have other heights. A microtask runs when they are in place, and before the scroll
      // event, at which Redoc writes the section that it sees into the address.
      queueMicrotask(function () {
        if (again) window.scrollTo({ top: place, behavior: "instant" });
        else if (hash) window.dispatchEvent(new Event("hashchange")); // Redoc scrolls again
        root.dataset.ready = "true";
      });
    });
  }
  function fail(error) {
    spec = null;
    const message = document.createElement("p");
    message.className = "message";
    message.setAttribute("role", "alert");
    message.textContent = "The API reference cannot be shown: " + error.message;
    target.replaceChildren(message);
  }

  const kept = recall("closum-docs-language");
  root.dataset.lang = LANGUAGES.includes(kept) ? kept : LANGUAGES[0];
  history.scrollRestoration = "manual"; // after a reload the section of the address is shown
  showTheme();
  Promise.all([
    fetch(SPEC_URL, { headers: { Accept: "application/json" } }).then(function (response) {
      if (!response.ok) throw new Error("HTTP " + response.status);
      return response.text();
    }).then(function (text) {
      // Samples are copied with a password in them: they call the server that the page comes from.
      return JSON.parse(text.replaceAll(root.dataset.sampleOrigin, location.origin + root.dataset.root));
    }),
    // It comes when redoc.js, too, has run.
    new Promise(function (resolve) { document.addEventListener("DOMContentLoaded", resolve); }),
  ])
    .then(function (both) { spec = both[0]; render(); })
    .catch(fail);
})();

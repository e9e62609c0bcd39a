"""Icons: one path each, in a square of 16 units, drawn in the colour of the text."""

from markupsafe import Markup

PATHS = {
    "leads": "M6 8a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Zm-4.5 5.5c.4-2.3 2.2-3.5 4.5-3.5s4.1 1.2 4.5 3.5M10.5 3.2a2.5 2.5 0 0 1 0 4.6M12 10.3c1.4.5 2.3 1.6 2.5 3.2",
    "emails": "M2 3.5h12v9H2zM2 4.2l6 4.6 6-4.6",
    "phones": "M5.3 2.3 6.6 5.4 5.1 6.7a8 8 0 0 0 4.2 4.2l1.3-1.5 3.1 1.3v2a1.2 1.2 0 0 1-1.3 1.2C7.2 13.5 2.5 8.8 2.1 3.6a1.2 1.2 0 0 1 1.2-1.3z",
    "unqualified_leads": "M8 8a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5ZM3.5 13.5c.4-2.3 2.2-3.5 4.5-3.5M11 10.2v.01M12.8 12v.01M12.8 14v.01",
    "audience_lists": "M5.5 4h8M5.5 8h8M5.5 12h8M2.5 4h.01M2.5 8h.01M2.5 12h.01",
    "cities": "M8 14.3s4.7-4.3 4.7-7.7a4.7 4.7 0 0 0-9.4 0C3.3 10 8 14.3 8 14.3ZM8 8.3a1.7 1.7 0 1 0 0-3.4 1.7 1.7 0 0 0 0 3.4Z",
    "import": "M8 10V2.5M5 5.5l3-3 3 3M2.5 10v3.5h11V10",
    "export": "M8 2.5V10M5 7l3 3 3-3M2.5 10v3.5h11V10",
    "today": "M2.5 3.5h11v10h-11zM2.5 6.5h11M5.5 2v3M10.5 2v3M5.7 10l1.6 1.6 3-3.2",
    "duplicates": "M2.5 2.5h7.5V10H2.5zM6.5 10v3.5H14V6.5h-4",
    "board": "M2.5 2.5h3v11h-3zM6.5 2.5h3v7h-3zM10.5 2.5h3v9h-3z",
    "dashboard": "M2.5 13.5h11M4.5 11V8M8 11V3M11.5 11V6",
    "settings": "M2.5 5h6.2M11.7 5h1.8M2.5 11h1.8M7.3 11h6.2M10.2 6.5a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3ZM5.8 12.5a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3Z",
    "bin": "M2.5 4h11M6 4V2.5h4V4M4 4l.6 9.5h6.8L12 4",
    "search": "M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9ZM10.3 10.3l3.2 3.2",
    "filter": "M2.5 4h11M4.5 8h7M6.5 12h3",
    "view": "M2.5 3h11v10h-11zM6.2 3v10M9.8 3v10",
    "plus": "M8 3v10M3 8h10",
    "x": "m4 4 8 8M12 4l-8 8",
    "left": "M10 3.5 5.5 8l4.5 4.5",
    "right": "M6 3.5 10.5 8 6 12.5",
    "down": "M3.5 6 8 10.5 12.5 6",
    "up": "M3.5 10 8 5.5l4.5 4.5",
    "menu": "M2.5 4.5h11M2.5 8h11M2.5 11.5h11",
    "undo": "M5.5 3 2.5 6l3 3M2.5 6h7a3.7 3.7 0 0 1 0 7.5H6.5",
    "edit": "M3 13l.7-2.9 7-7 2.2 2.2-7 7z",
    "print": "M4.5 6V2.5h7V6M4.5 11.5h-2V6h11v5.5h-2M4.5 9.5h7v4h-7z",
    "out": "M6 2.5H3v11h3M7 8h6.5M11 5.5 13.5 8 11 10.5",
    "warn": "M8 2.5 14.5 13.5h-13zM8 6.7v3M8 11.5v.01",
    "info": "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM8 7.5V11M8 5.3v.01",
    "help": "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM6.3 6.6a1.7 1.7 0 1 1 2.6 1.5c-.6.3-.9.7-.9 1.3M8 11.3v.01",
    "more": "M3 8h.6M7.7 8h.6M12.4 8h.6M3 8.4h.6M7.7 8.4h.6M12.4 8.4h.6",
    "file": "M4 1.8h5l3 3v9.4H4zM9 1.8v3h3",
    "api": "M5.5 4.5 2 8l3.5 3.5M10.5 4.5 14 8l-3.5 3.5",
    "keys": "M1.5 4h13v8h-13zM4 6.5h.01M6.7 6.5h.01M9.3 6.5h.01M12 6.5h.01M5 9.5h6",
    "link": "M6.5 9.5 9.5 6.5M7.3 4.7 9 3a2.8 2.8 0 0 1 4 4l-1.7 1.7M8.7 11.3 7 13a2.8 2.8 0 0 1-4-4l1.7-1.7",
}

_ICONS = {
    name: Markup('<svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><path d="{}"/></svg>').format(path)
    for name, path in PATHS.items()
}


BRAND = Markup(
    '<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M17.7 6.6a7.8 7.8 0 1 0 0 10.8" fill="none" stroke="currentColor"'
    ' stroke-width="3.4" stroke-linecap="round"/><circle cx="20" cy="12" r="2.6" fill="currentColor"/></svg>'
)


def icon(name: str, otherwise: str = "file") -> Markup:
    """An icon that says nothing to a screen reader; that of another name where there is none."""
    return _ICONS.get(name) or _ICONS[otherwise]

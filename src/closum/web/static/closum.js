// What pages gain with JavaScript; without it everything still works. No framework, nothing inline.
(() => {
  // What htmx swaps is from this server alone, which escapes it; whatever else would become a script is refused.
  if (window.trustedTypes) trustedTypes.createPolicy('default', { createHTML: (text) => text })

  const $ = (selector, root = document) => root.querySelector(selector)
  const all = (selector, root = document) => [...root.querySelectorAll(selector)]
  const root = document.documentElement
  const typing = (el) => el.matches('input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]')

  // Theme: the server sets data-theme; choosing one shows it at once.
  document.addEventListener('change', ({ target }) => {
    if (target.name === 'theme') target.value === 'system' ? delete root.dataset.theme : (root.dataset.theme = target.value)
    const form = target.closest('form')
    if (target.matches('[data-all]')) all('tbody [name=id]', form).forEach((box) => { box.checked = target.checked })
    const count = form && $('[data-count]', form)
    if (count) count.textContent = all('tbody [name=id]:checked', form).length
  })

  // Menus close on Escape and on a click elsewhere.
  const shut = (except) => all('.menu[open]').forEach((menu) => { if (menu !== except) menu.open = false })
  document.addEventListener('click', (event) => shut(event.target.closest('.menu')))

  // A click on the free part of a row opens it, unless text is being selected.
  document.addEventListener('click', ({ target }) => {
    const row = target.closest('[data-rows] tbody tr')
    if (row && !target.closest('a, button, label, input, select') && getSelection().isCollapsed) $('.title a', row).click()
  })

  const move = (step) => {
    const links = all('[data-rows] .title a')
    const at = links.findIndex((link) => link.closest('tr').contains(document.activeElement))
    const next = links[at < 0 ? 0 : at + step]
    if (next) { next.focus(); next.closest('tr').scrollIntoView({ block: 'nearest' }) }
    return links.length
  }
  const press = (selector) => { const el = $(selector); if (el) el.click(); return el }
  const keys = {
    '/': () => { const q = $('[aria-keyshortcuts="/"]'); if (q) { q.focus(); q.select() } return q },
    '?': () => { const help = $('#keys'); help.showModal(); return help },
    x: () => press('tr:focus-within [name=id]'),
    ArrowDown: () => move(1), ArrowUp: () => move(-1),
  }
  let before = ''
  document.addEventListener('keydown', (event) => {
    const { key, target } = event
    if (key === 'Enter' && (event.ctrlKey || event.metaKey) && target.form) return target.form.requestSubmit()
    if (key === 'Escape') {
      const menu = $('.menu[open]')
      if (menu) { menu.open = false; $('summary', menu).focus() } else if (typing(target)) target.blur()
      return
    }
    if (event.ctrlKey || event.metaKey || event.altKey || root.dataset.keys === 'off' || typing(target) || $('dialog[open]') || $('.menu[open]')) return
    const plain = /^[a-z]$/.test(key)
    const done = (before === 'g' && plain && press(`[data-go=${key}]`)) || (keys[key] ? keys[key]() : plain && press(`[aria-keyshortcuts=${key}]`))
    before = key
    if (done) event.preventDefault()
  })

  // Where the server cannot be reached, or does not answer as it should, the page stays and says so.
  const tellOf = (id, there) => { const banner = $(id); if (banner) banner.hidden = !there }
  addEventListener('offline', () => tellOf('#offline', true))
  addEventListener('online', () => tellOf('#offline', false))
  document.addEventListener('htmx:sendError', () => tellOf('#offline', true))
  document.addEventListener('htmx:responseError', () => tellOf('#trouble', true))
  document.addEventListener('htmx:beforeOnLoad', ({ detail }) => {
    tellOf('#offline', false)
    if (detail.xhr.status < 400) tellOf('#trouble', false)
  })

  // Faults take the focus, so that they are read out.
  const tell = () => { const faults = $('#faults'); if (faults) faults.focus({ preventScroll: true }) }
  tell()
  document.addEventListener('htmx:afterSettle', tell)
})()

// What pages gain with JavaScript; without it everything still works. No framework, nothing inline.
(() => {
  // What htmx swaps is from this server alone, which escapes it; whatever else would become a script is refused.
  if (window.trustedTypes) trustedTypes.createPolicy('default', { createHTML: (text) => text })

  const $ = (selector, root = document) => root.querySelector(selector)
  const all = (selector, root = document) => [...root.querySelectorAll(selector)]
  const root = document.documentElement
  const typing = (el) => el.matches('input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]')

  document.addEventListener('change', ({ target }) => {
    const form = target.closest('form')
    if (target.matches('[data-all]')) all('tbody [name=id]', form).forEach((box) => { box.checked = target.checked })
    const count = form && $('[data-count]', form)
    if (count) {
      count.textContent = $('[name=all]:checked', form)?.dataset.total || all('tbody [name=id]:checked', form).length
      count.parentNode.hidden = false
    }
  })

  // A file that is too large is told before it is sent; while one is sent, how far it is.
  document.addEventListener('change', ({ target }) => {
    const { most, large } = target.dataset
    if (most) target.setCustomValidity((target.form.noValidate = !(target.files[0]?.size > most)) ? '' : large)
  })
  document.addEventListener('htmx:xhr:progress', ({ target, detail }) => {
    const bar = $('progress', target)
    if (bar && detail.lengthComputable) { bar.hidden = false; bar.value = detail.loaded / detail.total }
  })

  // Menus close on Escape and on a click elsewhere, which on a phone does no more.
  const shut = (except) => all('.menu[open]').forEach((menu) => { if (menu !== except) menu.open = false })
  document.addEventListener('click', (event) => {
    const menu = event.target.closest('.menu')
    if (!menu && innerWidth < 640 && $('.menu[open]')) { event.preventDefault(); event.stopPropagation() }
    shut(menu)
  }, true)
  document.addEventListener('click', ({ target }) => { if (target.closest('[data-help]')) keys['?'](); if (target.closest('[data-print]')) { shut(); print() } })

  // A click on the free part of a row opens it, unless text is selected.
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
    '/': () => { const q = $('[aria-keyshortcuts="/"]'); if (q) { q.focus(); q.select() } return q || press('.side [href$="#q"]') },
    '?': () => { $('#keys').showModal(); return true },
    x: () => press('tr:focus-within [name=id]'),
    ArrowDown: () => move(1), ArrowUp: () => move(-1),
  }
  let before = ''
  document.addEventListener('keydown', (event) => {
    const { key, target } = event
    if (key === 'Enter' && (event.ctrlKey || event.metaKey) && target.form) return target.form.requestSubmit(event.shiftKey ? $('[name=next]', target.form) : null)
    if (key === 'Escape') {
      const menu = $('.menu[open]')
      if (menu) { menu.open = false; $('summary', menu).focus() } else if (typing(target)) target.blur()
      return
    }
    if (event.ctrlKey || event.metaKey || event.altKey || root.dataset.keys === 'off' || typing(target) || $('dialog[open]') || $('.menu[open]')) return
    const plain = /^[a-z]$/.test(key)
    const done = (before === 'g' && plain && press(`[data-go=${key}]`)) || (keys[key] ? keys[key]() : plain && press(`[aria-keyshortcuts=${key}]:not(tr:not(:focus-within) *)`))
    before = key
    if (done) event.preventDefault()
  })

  if (location.hash === '#q') $('#q')?.focus()

  // Of many tabs the present one is in sight.
  $('.tabs [aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' })

  // What somebody writes beside a record stays in this window until it is sent.
  // Who signs in here after somebody else finds nothing of theirs.
  const { user } = document.body.dataset
  if (user && sessionStorage.user !== user) { sessionStorage.clear(); sessionStorage.user = user }
  const kept = ({ form, name }) => `${location.pathname} ${form.dataset.draft} ${name}`
  document.addEventListener('input', ({ target }) => {
    if (target.form?.dataset.draft) sessionStorage[kept(target)] = target.value
  })
  all('form[data-draft] .input, form[data-draft] [type=radio]').forEach((el) => {
    const text = sessionStorage[kept(el)]
    if (text === undefined) return
    if (el.type === 'radio') el.checked = el.value === text; else el.value = text
  })
  document.addEventListener('submit', ({ target }) => {
    if (target.matches('[action$="/sign-out"]')) sessionStorage.clear()
  })

  // A form in which something is typed stays as it is until the server has taken it, and is not left unasked
  // unless what is typed there is nothing to keep, such as a password.
  let typed
  document.addEventListener('input', ({ target }) => { typed ||= target.form?.matches('[data-stay=""]:not([data-draft])') })
  // Cancel leaves it.
  document.addEventListener('click', ({ target }) => { if (target.closest('[data-stay] .actions a')) typed = false })
  addEventListener('beforeunload', (event) => { if (typed) event.preventDefault() })
  document.addEventListener('submit', async (event) => {
    const { target: form, submitter } = event
    if (!form.matches('[data-stay]')) return
    event.preventDefault()
    if (form.ariaBusy) return
    form.ariaBusy = true
    let told = '#offline'
    try {
      const body = new URLSearchParams(new FormData(form, submitter))
      const headers = { 'HX-Request': true }
      let answer = await fetch(submitter?.getAttribute('formaction') || form.getAttribute('action'), { method: 'post', body, headers: { ...headers, 'HX-Boosted': true } })
      const to = answer.headers.get('HX-Redirect')
      if (to || answer.status === 401) {
        typed = false
        for (const el of form.elements) sessionStorage.removeItem(kept(el))
        if (!to) return form.submit()
        // Who stays on a page stays where they are in it.
        if (!form.dataset.draft || new URL(to, location).pathname !== location.pathname) return location.assign(to)
        answer = await fetch(to, { headers })
      }
      const text = await answer.text()
      const page = new DOMParser().parseFromString(text, 'text/html')
      told = '#trouble'
      if ([200, 404, 409, 412, 422].includes(answer.status) && $('#main', page)) {
        typed &&= $('[data-stay=""]', page)
        await htmx.swap('#main', text, { swapStyle: 'outerHTML' }, { select: '#main' })
        return to && $(new URL(to, location).hash)?.focus({ preventScroll: true })
      }
      const why = $('.banner:not([hidden])', page), said = all('#main h1 ~ p', page)
      if (why) $(told).replaceChildren(...why.childNodes)
      else if (said[0]) $('div', $(told)).replaceChildren(...said)
    } catch {} finally { form.ariaBusy = null }
    form.append($(told))
    tellOf(told, true)
    $(told).scrollIntoView({ block: 'nearest' })
  })

  // The clocks of a new account are those of who makes it.
  all('[data-zone]').forEach((field) => { field.value ||= Intl.DateTimeFormat().resolvedOptions().timeZone })

  // What is shown once can be copied.
  all('[data-copy]').forEach((button) => { button.hidden = !navigator.clipboard })
  document.addEventListener('click', ({ target }) => { const { copy, copied } = target.dataset; if (copy) navigator.clipboard.writeText(copy).then(() => { target.textContent = copied }) })

  // Where the server cannot be reached, or does not answer as it should, the page stays and says so.
  const tellOf = (id, there) => { const banner = $(id); if (banner) banner.hidden = !there }
  addEventListener('offline', () => tellOf('#offline', true))
  addEventListener('online', () => tellOf('#offline', false))
  document.addEventListener('htmx:sendError', () => tellOf('#offline', true))
  document.addEventListener('htmx:responseError', ({ detail: { xhr, elt } }) => {
    tellOf('#trouble', true)
    // A form that needs a session goes as a page would.
    if (xhr.status === 401) elt.closest('form')?.submit()
  })
  // What htmx writes to the console besides says no more, also of a request that nobody waits for since the page was left.
  document.addEventListener('htmx:beforeSend', ({ detail }) => { detail.error = '' })
  document.addEventListener('htmx:beforeOnLoad', ({ detail }) => {
    tellOf('#offline', false)
    if (detail.xhr.status < 400) tellOf('#trouble', false)
  })

  // Faults take the focus, so that they are read out; a form that was kept while its sender signed in goes back to its page.
  const tell = () => { $('#faults')?.focus(); $('form[data-send]')?.submit() }
  tell()
  document.addEventListener('htmx:afterSettle', tell)
})()

// What pages gain with JavaScript; without it everything still works. No framework, nothing inline.
(() => {
  // What this server has just sent is a page, also in the template of htmx; no other text is one, and none is a script.
  let received
  window.trustedTypes?.createPolicy('default', {
    createHTML: (text) => text.replace(/^<body><template[^>]+>|<.template><.body>$/g, '') === received ? text : null
  })

  const $ = (selector, root = document) => root.querySelector(selector)
  const all = (selector, root = document) => [...root.querySelectorAll(selector)]

  // How many rows are ticked. All that match are chosen only as long as each row of the page is.
  const counted = ({ target }) => {
    const head = $('[data-all]'), count = $('[data-count]'), every = $('[name=all]') || {}
    if (!head) return
    if (target === head || (target === every && target.checked)) all('tbody [name=id]').forEach((el) => { el.checked = target.checked })
    head.hidden = count.parentNode.hidden = false
    head.checked = !$('tbody [name=id]:not(:checked)')
    head.indeterminate = !head.checked && $('tbody :checked')
    every.checked &&= head.checked
    count.textContent = every.checked ? every.dataset.total : all('tbody [name=id]:checked').length
  }
  for (const name of ['change', 'pageshow', 'htmx:afterSettle']) addEventListener(name, counted)

  addEventListener('change', ({ target }) => {
    // A file that is too large is told before it is sent.
    const { most, large, show } = target.dataset
    // What is typed is shown, as long as the box beside it is ticked.
    if (show) $(show).type = target.checked ? '' : 'password'
    if (most) target.setCustomValidity((target.form.noValidate = !(target.files[0]?.size > most)) ? '' : large)
  })
  // Letters of a search are one step back.
  addEventListener('htmx:pushedIntoHistory', () => $('#q')?.removeAttribute('hx-push-url'))
  // While one is sent, how far it is.
  addEventListener('htmx:xhr:progress', ({ target, detail }) => {
    const bar = $('progress', target)
    if (bar && detail.lengthComputable) { bar.hidden = false; bar.value = detail.loaded / detail.total }
  })

  // Menus close on Escape and on a click elsewhere, which on a phone does no more.
  const shut = (except) => all('.menu[open]').forEach((el) => { if (el !== except) el.open = false })
  addEventListener('click', (event) => {
    const menu = event.target.closest('.menu')
    if (!menu && innerWidth < 640 && $('.menu[open]')) { event.preventDefault(); event.stopPropagation() }
    shut(menu)
  }, true)
  addEventListener('click', ({ target }) => {
    if (target.closest('[data-help]')) keys['?']()
    if (target.closest('[data-print]')) { shut(); print() }
    // Cancel leaves a form.
    if (target.closest('[data-stay] .actions a')) typed = false
    // What is shown once can be copied.
    const { copy, copied } = target.dataset
    if (copy) navigator.clipboard.writeText(copy).then(() => { target.textContent = copied })
    // A click on the free part of a row opens it, unless text is selected.
    const row = target.closest('[data-rows] tbody tr')
    if (row && !target.closest('a, button, label, input, select') && getSelection().isCollapsed) $('.title a', row)?.click()
  })

  const move = (step) => {
    const links = all('[data-rows] .title a')
    const next = links[Math.max(0, links.findIndex((link) => link.closest('tr:focus-within')) + step)]
    next?.focus()
    next?.closest('tr').scrollIntoView({ block: 'nearest' })
    return next
  }
  const press = (selector) => { const el = $(selector); el?.click(); return el }
  const keys = {
    '/': () => { const q = $('[aria-keyshortcuts="/"]'); q?.focus(); q?.select(); return q || press('.side [href$="#q"]') },
    '?': () => $('#keys').showModal() || true,
    x: () => press('tr:focus-within [name=id]'),
    ArrowDown: () => move(1), ArrowUp: () => move(-1),
  }
  let before = ''
  addEventListener('keydown', (event) => {
    const { key, target } = event
    const held = event.ctrlKey || event.metaKey
    if (key === 'Enter' && held && target.form) return target.form.requestSubmit(event.shiftKey ? $('[name=next]', target.form) : null)
    if (key === 'Escape') {
      const menu = $('.menu[open]')
      if (menu) { shut(); $('summary', menu).focus() } else if (target.matches('.input')) target.blur()
      return
    }
    if (held || event.altKey || target.matches('.input') || $('[data-keys], dialog[open], .menu[open]')) return
    const plain = /^[a-z]$/.test(key)
    const done = (before === 'g' && plain && press(`[data-go=${key}]`)) || keys[key]?.() || (plain && press(`[aria-keyshortcuts=${key}]:not(tr:not(:focus-within) *)`))
    before = key
    if (done) event.preventDefault()
  })

  if (location.hash === '#q') $('#q')?.focus()

  // Of many tabs the present one is in sight, and none stays faded where a window becomes wide.
  const turn = () => {
    all('.tabs').forEach((el) => {
      el.hidden = true; el.offsetWidth; el.hidden = false
      el.scrollLeft = $('[aria-current]', el)?.offsetLeft - el.offsetLeft - 99
    })
  }
  addEventListener('resize', turn)

  // What somebody writes beside a record stays in this window until it is sent.
  // Who signs in here after somebody else finds nothing of theirs.
  const { user } = document.body.dataset
  if (user && sessionStorage.user !== user) { sessionStorage.clear(); sessionStorage.user = user }
  const kept = ({ form, name }) => `${location.pathname} ${form.dataset.draft} ${name}`
  all('form[data-draft] :is(.input, [type=radio])').forEach((el) => {
    const text = sessionStorage[kept(el)]
    if (text === undefined) return
    if (el.type === 'radio') el.checked = el.value === text; else el.value = text
  })

  // A form in which something is typed stays as it is until the server has taken it, and is not left unasked
  // unless what is typed there is nothing to keep, such as a password.
  let typed
  addEventListener('input', ({ target }) => {
    if (target.form?.dataset.draft) sessionStorage[kept(target)] = target.value
    else typed ||= target.form?.matches('[data-stay=""]')
  })
  addEventListener('beforeunload', (event) => { if (typed) event.preventDefault() })
  addEventListener('submit', async (event) => {
    const { target: form, submitter } = event
    const action = form.getAttribute('action')
    if (/sign-out$/.test(action)) sessionStorage.clear()
    sessionStorage.at = submitter?.name === 'next' ? 'next' : [action, [...form.elements].indexOf(document.activeElement), location.pathname]
    if (!form.matches('[data-stay]')) return
    event.preventDefault()
    if (form.ariaBusy) return
    form.ariaBusy = true
    let told = $('#offline')
    try {
      const headers = { 'HX-Request': true, 'HX-Boosted': true }
      let answer = await fetch(submitter?.getAttribute('formaction') || action, { method: 'post', headers, body: new URLSearchParams(new FormData(form, submitter)) })
      const to = answer.headers.get('HX-Redirect'), url = new URL(to, location)
      if (to || answer.status === 401) {
        typed = false
        for (const el of form.elements) delete sessionStorage[kept(el)]
        if (!to) return form.submit()
        // Who stays on a page stays where they are in it.
        if (!form.dataset.draft || url.pathname !== location.pathname) return location.assign(to)
        answer = await fetch(to, { headers })
      }
      received = await answer.text()
      const page = new DOMParser().parseFromString(received, 'text/html')
      told = $('#trouble')
      if ([200, 404, 409, 412, 422, 429].includes(answer.status) && $('#main', page)) {
        typed &&= $('[data-stay=""]', page)
        await htmx.swap('#main', received, { swapStyle: 'outerHTML' }, { select: '#main' })
        return to && $(url.hash)?.focus({ preventScroll: true })
      }
      const said = all('.banner:not([hidden]) > div > *, h1 ~ p, .empty p', page)
      if (said[0]) $('div', told).replaceChildren(...said)
    } catch { dispatchEvent(new Event('offline')) } finally { form.ariaBusy = null }
    form.append(told)
    told.hidden = false
    told.scrollIntoView({ block: 'nearest' })
  })

  // The clocks of a new account are those of who makes it.
  all('[data-zone]').forEach((el) => { el.value ||= Intl.DateTimeFormat().resolvedOptions().timeZone })

  // Where the server cannot be reached, or does not answer as it should, the page stays and says so.
  const tellOf = (id, off = false) => { $(id).hidden = off }
  // It is asked until it answers again, by what stands behind the banners.
  for (const name of ['offline', 'htmx:sendError']) addEventListener(name, () => tellOf('#offline'))
  addEventListener('htmx:responseError', ({ detail: { xhr, elt } }) => {
    tellOf('#trouble')
    // A form that needs a session goes as a page would.
    if (xhr.status === 401) elt.closest('form')?.submit()
  })
  // What htmx writes to the console besides says no more, also of a request that nobody waits for since the page was left.
  addEventListener('htmx:beforeSend', ({ detail }) => { detail.error = '' })
  addEventListener('htmx:beforeOnLoad', ({ detail }) => {
    received = detail.xhr.response
    tellOf('#offline', true)
    if (detail.xhr.status < 400) tellOf('#trouble', true)
  })

  // Faults, and what is shown once, take the focus, so that they are read out; without any, who has saved a form is where they were in it.
  // Who goes on to the next record writes there, with its head in sight. A form that was kept while its sender signed in goes back to its page.
  const tell = () => {
    turn()
    all('[data-copy]').forEach((el) => { el.hidden = !navigator.clipboard })
    const [action, at, path] = (sessionStorage.at || '').split(',')
    delete sessionStorage.at
    const el = $('#faults') || $('#once') || (action === 'next' ? $('#pick textarea') : path === location.pathname ? $(`[method=post][action="${action}"]`)?.elements[at] : null)
    ;(el?.closest('details:not([open])')?.firstElementChild || el)?.focus({ preventScroll: action === 'next' })
    $('form[data-send]')?.submit()
  }
  tell()
  addEventListener('htmx:afterSettle', ({ target }) => { if (target.id === 'main') tell() })
})()

// What the reference gains with JavaScript; without it all of it can be read and searched.
(() => {
  const root = document.documentElement
  const { origin } = root.dataset
  const LANGUAGES = ['shell', 'ruby', 'python']
  const MOST = 30
  // Where nothing can be remembered, what is chosen holds for the page.
  const recall = (name) => { try { return localStorage.getItem(`closum-docs-${name}`) } catch { return null } }
  const remember = (name, value) => { try { localStorage.setItem(`closum-docs-${name}`, value) } catch { } }
  const $ = (selector) => document.querySelector(selector)
  const all = (selector, within = document) => [...within.querySelectorAll(selector)]

  // Before anything is painted: the language of the samples, and the colours.
  const kept = recall('language')
  root.dataset.language = LANGUAGES.includes(kept) ? kept : LANGUAGES[0]
  const preferred = matchMedia('(prefers-color-scheme: dark)')
  let theme = recall('theme')
  const isDark = () => theme ? theme === 'dark' : preferred.matches
  const paint = () => {
    if (theme) root.dataset.theme = theme
    const button = $('#theme')
    if (button) button.textContent = isDark() ? 'Light theme' : 'Dark theme'
  }
  paint()
  preferred.addEventListener('change', paint)

  // One language for all samples. What somebody looks at stays where it is.
  const topOf = (el) => el.getBoundingClientRect().top
  const choose = (language, tab) => {
    const place = tab?.closest('#nav') ? all('#main :is(h1, h2, h3, pre)').find((el) => topOf(el) >= 0) : tab
    const top = place && topOf(place)
    root.dataset.language = language
    all('[data-language]', document.body).forEach((el) => {
      const isChosen = el.dataset.language === language, isTab = el.matches('[role=tab]')
      el.setAttribute(isTab ? 'aria-selected' : 'aria-pressed', isChosen)
      if (isTab) el.tabIndex = isChosen ? 0 : -1
    })
    if (!tab) return
    remember('language', language)
    $('#status').textContent = `Code samples in ${tab.textContent}`
    tab.focus({ preventScroll: true })
    if (place) scrollBy({ top: topOf(place) - top, behavior: 'instant' })
  }

  // What the page was once linked by, when everything was on one: #tag/Leads/operation/createLead.
  const lead = () => {
    const [start, tag, ...within] = location.hash.split('/')
    const link = start === '#tag' && all('[data-tag]').find((el) => el.dataset.tag === tag)
    if (!link) return
    const to = new URL(link.href)
    if (within.length) to.hash = within.at(-1)
    location.replace(to)
  }

  // The search: every word in what a place says, those first whose title has them; search.py does the same.
  let index
  const has = (text, words) => words.every((word) => text.toLowerCase().includes(word))
  const search = async () => {
    const asked = $('#q').value.trim().toLowerCase()
    const list = $('#found'), status = $('#status')
    if (asked) index ||= await fetch(list.dataset.index).then((answer) => answer.json()).catch(() => null)
    // Somebody may have gone on writing.
    if (asked !== $('#q').value.trim().toLowerCase()) return
    const words = asked.split(/\s+/)
    const places = asked && index ? index.filter((one) => has(one.join(' '), words)) : []
    const rank = (one) => has(one[0], words) ? 0 : 1
    const links = places.sort((a, b) => rank(a) - rank(b)).slice(0, MOST).map(([title, about, address]) => {
      const link = document.createElement('a'), more = document.createElement('small'), text = document.createElement('span')
      link.href = root.dataset.root + address
      more.textContent = about
      text.append(title, more)
      link.append(text)
      return link
    })
    list.replaceChildren(...links)
    list.hidden = !asked || !index
    $('#sections').hidden = !list.hidden
    status.textContent = list.hidden ? '' : `Search results: ${links.length}`
  }
  const clear = () => { $('#q').value = ''; search() }

  // The menu begins near where somebody is.
  const follow = () => {
    const here = $('#nav [aria-current]')
    if (here) $('#nav').scrollTop += topOf(here) - innerHeight / 3
  }

  // What is copied is what is shown: with the address of this server.
  const offerCopy = (pre) => {
    const button = document.createElement('button'), { ariaLabel } = pre.parentNode
    Object.assign(button, { type: 'button', className: 'button copy', textContent: 'Copy', ariaLabel: ariaLabel && `Copy: ${ariaLabel}` })
    button.addEventListener('click', async () => {
      await navigator.clipboard.writeText(pre.textContent)
      $('#status').textContent = button.textContent = 'Copied'
      setTimeout(() => { button.textContent = 'Copy' }, 2000)
    })
    pre.after(button)
  }

  addEventListener('DOMContentLoaded', () => {
    // Samples are copied with a password in them: they call the server that the page comes from.
    const texts = document.createTreeWalker($('#main'), NodeFilter.SHOW_TEXT)
    const here = location.origin + root.dataset.root
    while (texts.nextNode()) {
      const { currentNode: node } = texts
      if (node.data.includes(origin)) node.data = node.data.replaceAll(origin, here)
    }
    paint()
    choose(root.dataset.language)
    lead()
    follow()
    if (navigator.clipboard) all('.sample pre').forEach(offerCopy)
    $('#q').addEventListener('input', search)
    $('#nav').addEventListener('toggle', ({ newState }) => { if (newState === 'open') $('#q').focus() })
  })
  addEventListener('hashchange', lead)

  addEventListener('click', ({ target }) => {
    if (target.matches('button[data-language]')) choose(target.dataset.language, target)
    if (target.id === 'theme') {
      theme = isDark() ? 'light' : 'dark'
      remember('theme', theme)
      paint()
    }
    // A place on this page is seen once the menu is gone.
    const link = target.closest('#nav a')
    if (!link) return
    clear()
    if ($('#nav').matches(':popover-open')) $('#nav').hidePopover()
  })

  addEventListener('keydown', (event) => {
    const { key, target } = event
    if (event.ctrlKey || event.metaKey || event.altKey) return
    if (target.matches('[role=tab]') && /^Arrow(Left|Right)$/.test(key)) {
      const tabs = all('[role=tab]', target.parentNode), by = key === 'ArrowLeft' ? tabs.length - 1 : 1
      const next = tabs[(tabs.indexOf(target) + by) % tabs.length]
      choose(next.dataset.language, next)
      return event.preventDefault()
    }
    const links = all('#found:not([hidden]) a'), place = links.indexOf(target), isField = target.id === 'q'
    if (isField || place >= 0) {
      if (key === 'Escape' && $('#q').value) { clear(); $('#q').focus() }
      else if (key === 'ArrowDown' && links[place + 1]) links[place + 1].focus()
      else if (key === 'ArrowUp' && place >= 0) (links[place - 1] || $('#q')).focus()
      else if (key === 'Enter' && isField && links[0]) links[0].click()
      else return
      return event.preventDefault()
    }
    if (key !== '/' || target.matches('input, textarea, select')) return
    if (!$('#q').checkVisibility()) $('#nav').showPopover()
    $('#q').focus()
    event.preventDefault()
  })
})()

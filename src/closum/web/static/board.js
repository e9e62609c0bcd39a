// The board with the mouse and with keys: both send the form of the menu that a card has, and show what the server answers.
(() => {
  const $ = (selector, root = document) => root.querySelector(selector)
  const all = (selector, root = document) => [...root.querySelectorAll(selector)]
  const cardOf = (el) => el.closest('[data-card]')
  const columnOf = (el) => el.closest('.board > section')
  const button = (card, column) => column && $(`.menu [value="${column.id.slice(6)}"]`, card)
  const over = (column) => all('.board > section').forEach((el) => el.classList.toggle('over', el === column))
  let dragged, left, wanted

  const ready = () => all('[data-card]').forEach((el) => { el.draggable = true; $('a', el).draggable = false })
  const send = (card, column) => {
    const one = button(card, column)
    if (one) one.form.requestSubmit(one)
    return one
  }

  addEventListener('dragstart', ({ target, dataTransfer }) => {
    dragged = target.closest && cardOf(target)
    if (dragged) { dataTransfer.effectAllowed = 'move'; dataTransfer.setData('text/plain', $('a', dragged).textContent) }
  })
  addEventListener('dragover', (event) => {
    const column = dragged && columnOf(event.target)
    if (dragged) over(column && button(dragged, column) ? column : null)
    if (column && button(dragged, column)) event.preventDefault()
  })
  addEventListener('drop', (event) => {
    if (!dragged) return
    event.preventDefault()
    send(dragged, columnOf(event.target))
  })
  addEventListener('dragend', () => { dragged = over() })

  // The board stays where it is, and the card that was moved has the focus, or else the column that has it.
  addEventListener('submit', ({ target, submitter }) => {
    if (!target.matches('.board form')) return
    delete sessionStorage.at
    left = $('.board').scrollLeft
    wanted = [`#${$('a', cardOf(target)).id}`, `#stage-${submitter.value} h2 a`]
  })
  addEventListener('htmx:afterSwap', () => { if (wanted && $('.board')) $('.board').scrollLeft = left })
  addEventListener('htmx:afterSettle', () => {
    ready()
    const found = wanted?.map((one) => $(one)).find(Boolean)
    wanted = null
    found?.focus()
  })

  const focus = (card) => { if (card) $('a', card).focus(); return card }
  const beside = (card, step) => {
    const columns = all('.board > section').filter((el) => $('li', el)), column = columnOf(card)
    const other = columns[columns.indexOf(column) + step], next = other ? all('li', other) : []
    return next[Math.min(all('li', column).indexOf(card), next.length - 1)]
  }
  const keys = {
    ArrowDown: (card) => focus(card.nextElementSibling),
    ArrowUp: (card) => focus(card.previousElementSibling),
    ArrowRight: (card) => focus(beside(card, 1)),
    ArrowLeft: (card) => focus(beside(card, -1)),
    m: (card) => {
      const menu = $('.menu', card)
      if (!menu) return
      menu.open = true
      $('button', menu).focus()
      return menu
    },
    ']': (card) => send(card, columnOf(card).nextElementSibling),
    '[': (card) => send(card, columnOf(card).previousElementSibling)
  }
  addEventListener('keydown', (event) => {
    const { key, target } = event, bracket = '[]'.includes(key)
    if (!keys[key] || (!bracket && (event.ctrlKey || event.metaKey || event.altKey)) || $('[data-keys], dialog[open], .menu[open]')) return
    const card = target.closest('.board li')
    const done = card ? keys[key](card) : target === document.body && key === 'ArrowDown' && focus($('.board li'))
    if (done) event.preventDefault()
  })
  ready()
})()

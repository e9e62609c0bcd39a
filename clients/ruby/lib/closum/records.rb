# frozen_string_literal: true

module Closum
  # The records of a list, from the asked page to the last. Nothing is asked before it is needed: a page is
  # fetched when its first record is. Each walk asks again.
  #
  # What is created or erased meanwhile can shift the pages, but not those of a walk by cursor; a page that is gone or
  # empty ends the walk.
  class Records
    include Enumerable

    # `fetch` gives the Page of a number and a cursor, nil where it is not walked by them; `what` is shown by `inspect`.
    # @api private
    def initialize(page, cursor, what, &fetch)
      unless page.nil? || (page.is_a?(Integer) && page.positive?)
        raise ArgumentError, "page: is a whole number from 1 up"
      end
      raise ArgumentError, "give page: or cursor:, not both: a page by cursor has no number" if page && cursor

      @page = page
      @cursor = cursor
      @what = what
      @fetch = fetch
    end

    # Every record, page by page.
    # @yieldparam record [Record]
    # @return [Enumerator] without a block
    # @raise [Error]
    def each(&)
      return to_enum unless block_given?

      pages { |page| page.each(&) }
      self
    end

    # Every page.
    # @yieldparam page [Page]
    # @return [Enumerator] without a block
    # @raise [Error]
    def pages
      return to_enum(:pages) unless block_given?

      page = first_page
      while page
        yield page
        page = following(page)
      end
      self
    end

    # Fetches the asked page (the first, if none was) and no other.
    # @return [Page]
    # @raise [Error]
    def first_page = @fetch.call(@page, @cursor)

    def inspect = "#<#{self.class.name} of #{@what}>"

    private

    def following(page)
      return unless page.records.any?

      @cursor ? after(page.pagination.next_cursor) : numbered(page.pagination)
    rescue NotFound
      nil
    end

    def after(cursor) = cursor && @fetch.call(nil, cursor)

    def numbered(pagination) = pagination.has_next_page ? @fetch.call(pagination.current_page + 1, nil) : nil
  end
end

# frozen_string_literal: true

module Closum
  # The records of a list, from the asked page to the last. Nothing is asked before it is needed: a page is
  # fetched when its first record is. Each walk asks again.
  #
  # What is created or erased meanwhile can shift the pages; a page that is gone or empty ends the walk.
  class Records
    include Enumerable

    # `fetch` gives the Page of a number, or of nil for the first; `what` is shown by `inspect`.
    # @api private
    def initialize(page, what, &fetch)
      unless page.nil? || (page.is_a?(Integer) && page.positive?)
        raise ArgumentError, "page: is a whole number from 1 up"
      end

      @page = page
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

      number = @page || 1
      page = first_page
      while page
        yield page
        page = following(page, number += 1)
      end
      self
    end

    # Fetches the asked page (the first, if none was) and no other.
    # @return [Page]
    # @raise [Error]
    def first_page = @fetch.call(@page)

    def inspect = "#<#{self.class.name} of #{@what}>"

    private

    def following(page, number)
      @fetch.call(number) if page.pagination.has_next_page && page.records.any?
    rescue NotFound
      nil
    end
  end
end

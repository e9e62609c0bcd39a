# frozen_string_literal: true

module Closum
  # The position of a page in its list.
  class Pagination < Record
    NAMES = %i[page_count current_page has_next_page has_prev_page count limit next_cursor].freeze

    # @return [Integer, nil] number of pages, at least 1; nil where nobody asked (`count: false`)
    attr_reader :page_count
    # @return [Integer, nil] from 1; nil of a page by cursor
    attr_reader :current_page
    # @return [Boolean]
    attr_reader :has_next_page
    # @return [Boolean]
    attr_reader :has_prev_page
    # @return [Integer, nil] number of records in the whole list; nil where nobody asked (`count: false`)
    attr_reader :count
    # @return [Integer, nil] records on a page; nil for the usual 25
    attr_reader :limit
    # @return [String, nil] what the next page by cursor begins with; nil at the end
    attr_reader :next_cursor

    def initialize(page_count:, current_page:, has_next_page:, has_prev_page:, count:, limit:, next_cursor: nil)
      @page_count = page_count
      @current_page = current_page
      @has_next_page = has_next_page
      @has_prev_page = has_prev_page
      @count = count
      @limit = limit
      @next_cursor = next_cursor
      freeze
    end

    # @api private
    def self.read(data)
      new(page_count: nullable(data, "page_count"), current_page: nullable(data, "current_page"),
          has_next_page: Read.boolean(data, "has_next_page"), has_prev_page: Read.boolean(data, "has_prev_page"),
          count: nullable(data, "count"), limit: nullable(data, "limit"), next_cursor: data["next_cursor"])
    end

    def self.nullable(data, name) = Read.value(data, name).nil? ? nil : Read.integer(data, name)
    private_class_method :nullable
  end

  # One page of a list: its records, in order, and its position.
  class Page
    include Enumerable

    # @return [Array<Record>]
    attr_reader :records
    # @return [Pagination]
    attr_reader :pagination

    def initialize(records, pagination)
      @records = records.freeze
      @pagination = pagination
      freeze
    end

    # `number` is that of the page which was asked for, nil for one by cursor.
    # @api private
    def self.read(envelope, record, number)
      data = envelope["data"]
      raise Unreadable, "\"data\" is not a list" unless data.is_a?(Array)

      records = data.map { |one| record.read(Read.object(one, "a record")) }
      pagination = Pagination.read(Read.object(envelope["pagination"], "\"pagination\""))
      current = pagination.current_page
      unless current == number
        raise Unreadable, "it is page #{current.inspect}, not #{number || "one by cursor"}, which was asked for"
      end

      new(records, pagination)
    end

    def each(&)
      return to_enum { records.size } unless block_given?

      records.each(&)
      self
    end

    def inspect
      number = pagination.current_page || "by cursor"
      of = pagination.page_count ? " of #{pagination.page_count}" : ""
      "#<#{self.class.name} #{number}#{of if pagination.current_page}, #{records.size} records>"
    end
  end
end

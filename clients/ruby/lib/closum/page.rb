# frozen_string_literal: true

module Closum
  # The position of a page in its list.
  class Pagination < Record
    NAMES = %i[page_count current_page has_next_page has_prev_page count limit].freeze

    # @return [Integer] number of pages, at least 1
    attr_reader :page_count
    # @return [Integer] from 1
    attr_reader :current_page
    # @return [Boolean]
    attr_reader :has_next_page
    # @return [Boolean]
    attr_reader :has_prev_page
    # @return [Integer] number of records in the whole list
    attr_reader :count
    # @return [Integer, nil] records on a page; nil for the usual 25
    attr_reader :limit

    def initialize(page_count:, current_page:, has_next_page:, has_prev_page:, count:, limit:)
      @page_count = page_count
      @current_page = current_page
      @has_next_page = has_next_page
      @has_prev_page = has_prev_page
      @count = count
      @limit = limit
      freeze
    end

    # @api private
    def self.read(data)
      new(page_count: Read.integer(data, "page_count"), current_page: Read.integer(data, "current_page"),
          has_next_page: Read.boolean(data, "has_next_page"), has_prev_page: Read.boolean(data, "has_prev_page"),
          count: Read.integer(data, "count"), limit: Read.value(data, "limit").nil? ? nil : Read.integer(data, "limit"))
    end
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

    # @api private
    def self.read(envelope, record, number)
      data = envelope["data"]
      raise Unreadable, "\"data\" is not a list" unless data.is_a?(Array)

      records = data.map { |one| record.read(Read.object(one, "a record")) }
      pagination = Pagination.read(Read.object(envelope["pagination"], "\"pagination\""))
      current = pagination.current_page
      raise Unreadable, "it is page #{current.inspect}, not #{number}, which was asked for" unless current == number

      new(records, pagination)
    end

    def each(&)
      return to_enum { records.size } unless block_given?

      records.each(&)
      self
    end

    def inspect
      "#<#{self.class.name} #{pagination.current_page} of #{pagination.page_count}, #{records.size} records>"
    end
  end
end

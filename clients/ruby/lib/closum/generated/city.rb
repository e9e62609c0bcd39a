# frozen_string_literal: true

# Written by `make generate` from src/closum/resources: change the declarations, not this file.

module Closum
  # One city.
  class City < Record
    NAMES = %i[id city_name].freeze

    # @return [Integer]
    attr_reader :id
    # The name of the city, a municipality of Portugal.
    # @return [String]
    attr_reader :city_name
    # Names the state of a retrieved record, for `if_match:`; nil where the answer has none, as in a list.
    # @return [String, nil]
    attr_reader :etag

    def initialize(id:, city_name:, etag: nil)
      @id = id
      @city_name = city_name
      @etag = etag
      freeze
    end

    # @api private
    def self.read(data, etag = nil)
      new(
        id: Read.id(data),
        city_name: Read.value(data, "city_name"),
        etag: etag
      )
    end
  end

  # The cities, the same for every account: `client.cities`.
  class Cities < Resource
    PATH = "/api/city"

    # All cities, those that fit the filters, or those from a page on. Makes no request by itself.
    #
    # @param limit [Integer] records on a page: 25 unless given, at most 1000
    # @param page [Integer] where to begin, from 1
    # @param sort [String] id, city_name; city_name unless given
    # @param direction [String] "asc" or "desc"
    # @param filter [String, Array<String>] "id>=100", or several that all have to hold: a property, an
    #   operator (= != < <= > >= ~=) and a value, where none means null
    # @param where [Hash] values that properties have, by name, such as `{ id: 1 }`; nil is null, and of an
    #   Array of values any fits
    # @param cursor [String] "" to walk by cursor: no record is left out or comes twice where others come
    #   and go meanwhile
    # @param count [Boolean] false where nobody needs to know how many records there are
    # @return [Records<City>]
    # @raise [ArgumentError] for a limit or a page that is out of range, and a filter in `where:` without a
    #   value
    # @raise [BadRequest] while it is walked: the server does not know a property or an operator
    def list(
      limit: nil,
      page: nil,
      sort: nil,
      direction: nil,
      filter: nil,
      where: nil,
      cursor: nil,
      count: nil
    )
      list_of(City, limit:, page:, sort:, direction:, filter:, where:, cursor:, count:)
    end

    # Some properties of the cities, walked as `list` is.
    #
    # @param fields [Array<String>, String] names of properties, such as "id" and "city_name"; "*" stands
    #   for those that `list` has
    # @param (see #list)
    # @return [Records<Hash{String => Object}>] each as it is in the answer's JSON
    # @raise [ArgumentError] for a limit or a page that is out of range, and a filter in `where:` without a
    #   value
    # @raise [BadRequest] while it is walked: the server does not know a property or an operator
    def select(
      fields,
      limit: nil,
      page: nil,
      sort: nil,
      direction: nil,
      filter: nil,
      where: nil,
      cursor: nil,
      count: nil
    )
      selected(fields, limit:, page:, sort:, direction:, filter:, where:, cursor:, count:)
    end

    # One city, or some of its properties.
    #
    # @param id [Integer, String] an Integer, or its digits
    # @param fields [Array<String>, String] names of properties, such as "id" and "city_name"; "*" stands
    #   for those that `retrieve` has
    # @return [City, Hash{String => Object}] with `fields:` a Hash, as it is in the answer's JSON
    # @raise [ArgumentError] for what is no id, and no name in `fields:`
    # @raise [NotFound]
    # @raise [BadRequest] the server does not know a property
    # @raise [Error]
    def retrieve(id, fields: nil)
      retrieved(City, id, fields)
    end
  end
end

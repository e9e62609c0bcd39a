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

    # All cities, or those from a page on. Makes no request by itself.
    #
    # @param limit [Integer] records on a page: 25 unless given, at most 1000
    # @param page [Integer] where to begin, from 1
    # @param sort [String] id, city_name; city_name unless given
    # @param direction [String] "asc" or "desc"
    # @return [Records<City>]
    # @raise [ArgumentError] for a limit or a page that is out of range
    def list(limit: nil, page: nil, sort: nil, direction: nil)
      list_of(City, limit:, page:, sort:, direction:)
    end

    # One city.
    #
    # @param id [Integer, String] an Integer, or its digits
    # @return [City]
    # @raise [NotFound]
    # @raise [Error]
    def retrieve(id)
      retrieved(City, id)
    end
  end
end

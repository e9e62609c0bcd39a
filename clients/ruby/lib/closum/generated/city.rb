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

    def initialize(id:, city_name:)
      @id = id
      @city_name = city_name
      freeze
    end

    # @api private
    def self.read(data)
      new(
        id: Read.id(data),
        city_name: Read.value(data, "city_name")
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
    def list(limit: nil, page: nil, sort: nil, direction: nil)
      list_of(City, limit:, page:, sort:, direction:)
    end

    # @param id [Integer]
    # @return [City]
    # @raise [NotFound]
    # @raise [Error]
    def retrieve(id)
      retrieved(City, id)
    end
  end
end

# frozen_string_literal: true

module Closum
  # How many records, or changes, are asked for at a time.
  # @api private
  module Limit
    # That a server puts on a page.
    MOST = 1000

    def self.check(limit)
      return if limit.nil? || (limit.is_a?(Integer) && limit.between?(1, MOST))

      raise ArgumentError, "limit: is a whole number from 1 to #{MOST}, the size of a page; a list is walked " \
                           "through all its pages"
    end
  end
  private_constant :Limit
end

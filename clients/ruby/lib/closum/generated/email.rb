# frozen_string_literal: true

# Written by `make generate` from src/closum/resources: change the declarations, not this file.

module Closum
  # One email.
  class Email < Record
    NAMES = %i[id email status register_date].freeze

    # @return [Integer]
    attr_reader :id
    # The email address to insert, kept as it is written; case does not matter when two are compared.
    # @return [String]
    attr_reader :email
    # The activation status relative to email, 1 for a new one.
    # @return [Integer]
    attr_reader :status
    # The register_date of the record, when it was made: UTC, in whole seconds.
    # @return [Time]
    attr_reader :register_date

    def initialize(id:, email:, status:, register_date:)
      @id = id
      @email = email
      @status = status
      @register_date = register_date
      freeze
    end

    # @api private
    def self.read(data)
      new(
        id: Read.id(data),
        email: Read.value(data, "email"),
        status: Read.value(data, "status"),
        register_date: Read.time(data, "register_date")
      )
    end
  end

  # The emails of your account: `client.emails`.
  class Emails < Resource
    PATH = "/api/email"

    # All emails, or those from a page on. Makes no request by itself.
    #
    # @param limit [Integer] records on a page: 25 unless given, at most 1000
    # @param page [Integer] where to begin, from 1
    # @param sort [String] id, email, status, register_date; id unless given
    # @param direction [String] "asc" or "desc"
    # @return [Records<Email>]
    def list(limit: nil, page: nil, sort: nil, direction: nil)
      list_of(Email, limit:, page:, sort:, direction:)
    end

    # Makes an email.
    #
    # @param email [String] The email address to insert, kept as it is written; case does not matter when
    #   two are compared
    # @return [Integer] its id
    # @raise [Invalid] with all faults of the values
    # @raise [Error] never sent again when it may have been received
    def create(email:)
      created(email:)
    end

    # @param id [Integer]
    # @return [Email]
    # @raise [NotFound]
    # @raise [Error]
    def retrieve(id)
      retrieved(Email, id)
    end

    # Changes what is given: what is not keeps its value.
    #
    # @param id [Integer]
    # @param email [String] The email address to insert, kept as it is written; case does not matter when
    #   two are compared
    # @return [nil]
    # @raise [NotFound]
    # @raise [Invalid] with all faults of the values
    # @raise [Error]
    def update(id, email: ABSENT)
      updated(id, email:)
    end
  end
end

# frozen_string_literal: true

# Written by `make generate` from src/closum/resources: change the declarations, not this file.

module Closum
  # One consent.
  class Consent < Record
    NAMES = %i[id lead_id channel state environment user_id creation_date].freeze

    # @return [Integer]
    attr_reader :id
    # The lead_id of whom the consent is, the id of one of the leads.
    # @return [Integer]
    attr_reader :lead_id
    # The channel that the consent is for: `email` or `sms`.
    # @return [String]
    attr_reader :channel
    # The state of the consent: `given`, or `withdrawn`, which is only for a consent that holds.
    # @return [String]
    attr_reader :state
    # The environment in which the consent was given or withdrawn, a JSON formatted string, at most 65,536
    #   bytes: what the form knew of the request, as it was sent. It may be sent as an object or array too.
    # @return [String, nil]
    attr_reader :environment
    # The value of the JSON in `environment`; nil where there is none.
    # @return [Hash, Array, String, Numeric, Boolean, nil]
    def environment_value = Read.document(environment)
    # The user_id of who noted it; `null` for a command or an API key.
    # @return [Integer, nil]
    attr_reader :user_id
    # The creation_date of the record, when it was made: UTC, in whole seconds.
    # @return [Time]
    attr_reader :creation_date
    # Names the state of a retrieved record, for `if_match:`; nil where the answer has none, as in a list.
    # @return [String, nil]
    attr_reader :etag

    def initialize(id:, lead_id:, channel:, state:, environment:, user_id:, creation_date:, etag: nil)
      @id = id
      @lead_id = lead_id
      @channel = channel
      @state = state
      @environment = environment
      @user_id = user_id
      @creation_date = creation_date
      @etag = etag
      freeze
    end

    # @api private
    def self.read(data, etag = nil)
      new(
        id: Read.id(data),
        lead_id: Read.value(data, "lead_id"),
        channel: Read.value(data, "channel"),
        state: Read.value(data, "state"),
        environment: Read.value(data, "environment"),
        user_id: Read.value(data, "user_id"),
        creation_date: Read.time(data, "creation_date"),
        etag: etag
      )
    end
  end

  # The consents of your account: `client.consents`.
  class Consents < Resource
    PATH = "/api/consent"

    # All consents, those that fit the filters, or those from a page on. Makes no request by itself.
    #
    # @param limit [Integer] records on a page: 25 unless given, at most 1000
    # @param page [Integer] where to begin, from 1
    # @param sort [String] id, lead_id, creation_date; id unless given
    # @param direction [String] "asc" or "desc"
    # @param filter [String, Array<String>] "id>=100", or several that all have to hold: a property, an
    #   operator (= != < <= > >= ~=) and a value, where none means null
    # @param where [Hash] values that properties have, by name, such as `{ id: 1 }`; nil is null, and of an
    #   Array of values any fits
    # @param changed_since [String, Time, Date] only those that were created or changed since: a position of
    #   `client.changes`, a time, a day, or a text such as "-7d"
    # @param cursor [String] "" to walk by cursor: no record is left out or comes twice where others come
    #   and go meanwhile
    # @param count [Boolean] false where nobody needs to know how many records there are
    # @return [Records<Consent>]
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
      changed_since: nil,
      cursor: nil,
      count: nil
    )
      list_of(Consent, limit:, page:, sort:, direction:, filter:, where:, changed_since:, cursor:, count:)
    end

    # Some properties of the consents, walked as `list` is.
    #
    # @param fields [Array<String>, String] names of properties, such as "id" and "lead_id"; "*" stands for
    #   those that `list` has
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
      changed_since: nil,
      cursor: nil,
      count: nil
    )
      selected(fields, limit:, page:, sort:, direction:, filter:, where:, changed_since:, cursor:, count:)
    end

    # Makes a consent.
    #
    # @param lead_id [Integer] The lead_id of whom the consent is, the id of one of the leads
    # @param channel [String] The channel that the consent is for: `email` or `sms`
    # @param state [String] The state of the consent: `given`, or `withdrawn`, which is only for a consent
    #   that holds
    # @param environment [String, Hash, Array, nil] The environment in which the consent was given or
    #   withdrawn, a JSON formatted string, at most 65,536 bytes: what the form knew of the request, as it
    #   was sent. It may be sent as an object or array too
    # @param returning [Boolean] whether to return the record as it is then, with its `etag`
    # @return [Integer, Consent] its id, or the record
    # @raise [Invalid] with all faults of the values
    # @raise [Error] sent again only with a key by which the server knows it
    def create(lead_id:, channel:, state:, environment: ABSENT, returning: false)
      created(Consent, returning, lead_id:, channel:, state:, environment:)
    end

    # One consent, or some of its properties.
    #
    # @param id [Integer, String] an Integer, or its digits
    # @param fields [Array<String>, String] names of properties, such as "id" and "lead_id"; "*" stands for
    #   those that `retrieve` has
    # @return [Consent, Hash{String => Object}] with `fields:` a Hash, as it is in the answer's JSON
    # @raise [ArgumentError] for what is no id, and no name in `fields:`
    # @raise [NotFound]
    # @raise [BadRequest] the server does not know a property
    # @raise [Error]
    def retrieve(id, fields: nil)
      retrieved(Consent, id, fields)
    end

    # Gives all consents that fit as one file. It is CSV, XLSX, or NDJSON with a record of the list on each
    #   line. It takes the filters and the order of the list. Export has more.
    #
    # @param file [String, Pathname, IO] the path of a file, which is there when it is whole, or what is
    #   open for writing
    # @param format [String] "csv", "xlsx" or "ndjson"; by the end of the path unless given, else "csv"
    # @param fields [Array<String>, String] names of properties, such as "id" and "lead_id"; "*" stands for
    #   those that `list` has
    # @param overwrite [Boolean] whether a file that exists is replaced
    # @param sort [String] id, lead_id, creation_date; id unless given
    # @param direction [String] "asc" or "desc"
    # @param filter [String, Array<String>] "id>=100", or several that all have to hold: a property, an
    #   operator (= != < <= > >= ~=) and a value, where none means null
    # @param where [Hash] values that properties have, by name, such as `{ id: 1 }`; nil is null, and of an
    #   Array of values any fits
    # @param changed_since [String, Time, Date] only those that were created or changed since: a position of
    #   `client.changes`, a time, a day, or a text such as "-7d"
    # @return [Exported] its `size` and `sha256`
    # @raise [ArgumentError] for a file that exists, an unknown format, and a filter in `where:` without a
    #   value
    # @raise [BadRequest] the server does not know a property or an operator, or a file of the format cannot
    #   hold it
    # @raise [UnexpectedAnswer] what has arrived is not what was sent
    # @raise [Error]
    def export(
      file,
      format: nil,
      fields: nil,
      overwrite: false,
      sort: nil,
      direction: nil,
      filter: nil,
      where: nil,
      changed_since: nil
    )
      exported(file, format, overwrite, fields:, sort:, direction:, filter:, where:, changed_since:)
    end

    # Retrieves the changes of a specific Consent, the newest first. Each has the values of the properties
    #   before and after it. A deleted record has its history for as long as the server keeps it. The server
    #   has none of a record that was removed for good or erased (404).
    #
    # @param id [Integer, String] an Integer, or its digits
    # @param before [Integer] the operation that they come before; without one it begins with the newest
    #   change
    # @param limit [Integer] how many are asked for at a time: 25 unless given, at most 1000
    # @return [Revisions]
    # @raise [ArgumentError] for what is no id, and a limit that is out of range
    def history(id, before: nil, limit: nil)
      revisions("/{id}/history", id, before:, limit:)
    end
  end
end

# frozen_string_literal: true

# Written by `make generate` from src/closum/resources: change the declarations, not this file.

module Closum
  # One account.
  class Account < Record
    NAMES = %i[name zone country language revision].freeze

    # The name of the account. No two accounts of a server have the same, and upper and lower case make no
    #   difference.
    # @return [String]
    attr_reader :name
    # The time zone in which the account's people read and write times, by its name in the IANA database.
    #   Days in filters (`creation_date=today`) are days of this zone, and so is a time without an offset.
    #   Dates in answers of the API are in UTC all the same.
    # @return [String]
    attr_reader :zone
    # The country whose phone numbers people write without a prefix, in two letters of ISO 3166. Imports and
    #   the web app use it; other calls take no number without a prefix.
    # @return [String, nil]
    attr_reader :country
    # The language of pages and messages for the account's people, `en` or `pt`. Messages of the API are in
    #   English. This version stores it and does not use it yet.
    # @return [String]
    attr_reader :language
    # Which revision of the published API the answers follow: the `first` one, of March 2018, or the `later`
    #   ones: then leads are shown with `contact_lifecycle_stage_id` in the place of `city_id`.
    # @return [String]
    attr_reader :revision
    # Names the state of a retrieved record, for `if_match:`; nil where the answer has none, as in a list.
    # @return [String, nil]
    attr_reader :etag

    def initialize(name:, zone:, country:, language:, revision:, etag: nil)
      @name = name
      @zone = zone
      @country = country
      @language = language
      @revision = revision
      @etag = etag
      freeze
    end

    # @api private
    def self.read(data, etag = nil)
      new(
        name: Read.value(data, "name"),
        zone: Read.value(data, "zone"),
        country: Read.value(data, "country"),
        language: Read.value(data, "language"),
        revision: Read.value(data, "revision"),
        etag: etag
      )
    end
  end

  # The account of the user who is signed in: `client.account`.
  class AccountResource < Resource
    PATH = "/api/account"

    # The account.
    #
    # @return [Account]
    # @raise [Error]
    def retrieve
      retrieved_singleton(Account)
    end

    # Changes what is given: what is not keeps its value, and nil clears what may be nil.
    #
    # @param name [String] The name of the account. No two accounts of a server have the same, and upper and
    #   lower case make no difference
    # @param zone [String] The time zone in which the account's people read and write times, by its name in
    #   the IANA database. Days in filters (`creation_date=today`) are days of this zone, and so is a time
    #   without an offset. Dates in answers of the API are in UTC all the same
    # @param country [String, nil] The country whose phone numbers people write without a prefix, in two
    #   letters of ISO 3166. Imports and the web app use it; other calls take no number without a prefix
    # @param language [String] The language of pages and messages for the account's people, `en` or `pt`.
    #   Messages of the API are in English. This version stores it and does not use it yet
    # @param revision [String] Which revision of the published API the answers follow: the `first` one, of
    #   March 2018, or the `later` ones: then leads are shown with `contact_lifecycle_stage_id` in the place
    #   of `city_id`
    # @param if_match [String] the `etag` that the record was retrieved with: where it has been changed
    #   since, nothing is changed; without it the last update wins
    # @param returning [Boolean] whether to return the record as it is then, with its `etag`
    # @return [Account, nil] the record where `returning` asks for it
    # @raise [ArgumentError] for what is no etag
    # @raise [PreconditionFailed] when it has been changed since if_match
    # @raise [Invalid] with all faults of the values
    # @raise [Error]
    def update(
      name: ABSENT,
      zone: ABSENT,
      country: ABSENT,
      language: ABSENT,
      revision: ABSENT,
      if_match: ABSENT,
      returning: false
    )
      updated_singleton((Account if returning), if_match, name:, zone:, country:, language:, revision:)
    end

    # Changes what is given: what is not keeps its value, and nil clears what may be nil.
    #
    # @param name [String] The name of the account. No two accounts of a server have the same, and upper and
    #   lower case make no difference
    # @param zone [String] The time zone in which the account's people read and write times, by its name in
    #   the IANA database. Days in filters (`creation_date=today`) are days of this zone, and so is a time
    #   without an offset. Dates in answers of the API are in UTC all the same
    # @param country [String, nil] The country whose phone numbers people write without a prefix, in two
    #   letters of ISO 3166. Imports and the web app use it; other calls take no number without a prefix
    # @param language [String] The language of pages and messages for the account's people, `en` or `pt`.
    #   Messages of the API are in English. This version stores it and does not use it yet
    # @param revision [String] Which revision of the published API the answers follow: the `first` one, of
    #   March 2018, or the `later` ones: then leads are shown with `contact_lifecycle_stage_id` in the place
    #   of `city_id`
    # @param if_match [String] the `etag` that the record was retrieved with: where it has been changed
    #   since, nothing is changed; without it the last update wins
    # @param returning [Boolean] whether to return the record as it is then, with its `etag`
    # @return [Account, nil] the record where `returning` asks for it
    # @raise [ArgumentError] for what is no etag
    # @raise [PreconditionFailed] when it has been changed since if_match
    # @raise [Invalid] with all faults of the values
    # @raise [Error]
    def patch(
      name: ABSENT,
      zone: ABSENT,
      country: ABSENT,
      language: ABSENT,
      revision: ABSENT,
      if_match: ABSENT,
      returning: false
    )
      patched_singleton((Account if returning), if_match, name:, zone:, country:, language:, revision:)
    end
  end
end

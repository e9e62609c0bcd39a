# frozen_string_literal: true

# Written by `make generate` from src/closum/resources: change the declarations, not this file.

module Closum
  # One lead.
  class Lead < Record
    # The email object associated to lead, such as `{"email":"ana@example.com"}`.
    class Email < Record
      NAMES = %i[id email].freeze

      # Of its own record; nil where the answer has none, as in a list.
      # @return [Integer, nil]
      attr_reader :id
      # The email address to insert, kept as it is written; case does not matter when two are compared.
      # @return [String]
      attr_reader :email

      def initialize(id:, email:)
        @id = id
        @email = email
        freeze
      end

      # @api private
      def self.read(data)
        new(
          id: data["id"],
          email: Read.value(data, "email")
        )
      end
    end

    # The phone object associated to lead, such as `{"number":"+351 912 340 999"}` or
    #   `{"extension":"00351","number":"912 340 999"}`.
    class Phone < Record
      NAMES = %i[id extension number].freeze

      # Of its own record; nil where the answer has none, as in a list.
      # @return [Integer, nil]
      attr_reader :id
      # The phone extension associated with country: its dialling prefix, such as `00351`, `+351` or `351` for
      #   Portugal, also with the digits of an area (`+1 242`). A number that begins with `+` needs none:
      #   `+351 912 340 999` gets `00351`.
      # @return [String]
      attr_reader :extension
      # The phone number as people write it: `912 340 999`, `+351 912 340 999`, or `212 999 001 ext. 12` for
      #   an extension at a switchboard. Two numbers are the same when they are dialled alike.
      # @return [String]
      attr_reader :number

      def initialize(id:, extension:, number:)
        @id = id
        @extension = extension
        @number = number
        freeze
      end

      # @api private
      def self.read(data)
        new(
          id: data["id"],
          extension: Read.value(data, "extension"),
          number: Read.value(data, "number")
        )
      end
    end

    NAMES = %i[id name creation_date city_id custom_data email phone contact_lifecycle_stage_id].freeze

    # @return [Integer]
    attr_reader :id
    # The name relative to lead, kept as it is written; a name without visible characters counts as `null`.
    # @return [String, nil]
    attr_reader :name
    # The creation_date of the record, when it was made: UTC, in whole seconds.
    # @return [Time]
    attr_reader :creation_date
    # The city_id relative to lead, the id of one of the cities.
    # @return [Integer, nil]
    attr_reader :city_id
    # A JSON formatted string containing extra fields, at most 65,536 bytes: `{"source":"fair"}`. It may be
    #   sent as an object or array too, and is always answered as text.
    # @return [String, nil]
    attr_reader :custom_data
    # The value of the JSON in `custom_data`; nil where there is none.
    # @return [Hash, Array, String, Numeric, Boolean, nil]
    def custom = Read.document(custom_data)
    # The email object associated to lead, such as `{"email":"ana@example.com"}`.
    # @return [Email, nil]
    attr_reader :email
    # The phone object associated to lead, such as `{"number":"+351 912 340 999"}` or
    #   `{"extension":"00351","number":"912 340 999"}`.
    # @return [Phone, nil]
    attr_reader :phone
    # The contact_lifecycle_stage_id relative to lead, the id of one of the contact lifecycle stages.
    # @return [Integer, nil]
    attr_reader :contact_lifecycle_stage_id
    # Names the state of a retrieved record, for `if_match:`; nil where the answer has none, as in a list.
    # @return [String, nil]
    attr_reader :etag

    def initialize(
      id:,
      name:,
      creation_date:,
      city_id:,
      custom_data:,
      email:,
      phone:,
      contact_lifecycle_stage_id: nil,
      etag: nil
    )
      @id = id
      @name = name
      @creation_date = creation_date
      @city_id = city_id
      @custom_data = custom_data
      @email = email
      @phone = phone
      @contact_lifecycle_stage_id = contact_lifecycle_stage_id
      @etag = etag
      freeze
    end

    # @api private
    def self.read(data, etag = nil)
      new(
        id: Read.id(data),
        name: Read.value(data, "name"),
        creation_date: Read.time(data, "creation_date"),
        city_id: data["city_id"],
        custom_data: Read.value(data, "custom_data"),
        email: Read.nested(data, "email", Email),
        phone: Read.nested(data, "phone", Phone),
        contact_lifecycle_stage_id: data["contact_lifecycle_stage_id"],
        etag: etag
      )
    end
  end

  # The leads of your account: `client.leads`.
  class Leads < Resource
    PATH = "/api/lead"

    # All leads, those that fit the filters, or those from a page on. Makes no request by itself.
    #
    # @param limit [Integer] records on a page: 25 unless given, at most 1000
    # @param page [Integer] where to begin, from 1
    # @param sort [String] id, name, city_id, creation_date, email.email, phone.number, relevance; id unless
    #   given
    # @param direction [String] "asc" or "desc"
    # @param filter [String, Array<String>] "name~=ana", or several that all have to hold: a property, an
    #   operator (= != < <= > >= ~=) and a value, where none means null
    # @param where [Hash] values that properties have, by name, such as `{ id: 1 }`; nil is null, and of an
    #   Array of values any fits
    # @param q [String] words that a record has, each as the beginning of one of its own, without accents
    #   and case
    # @param changed_since [String, Time, Date] only those that were created or changed since: a position of
    #   `client.changes`, a time, a day, or a text such as "-7d"
    # @param cursor [String] "" to walk by cursor: no record is left out or comes twice where others come
    #   and go meanwhile
    # @param count [Boolean] false where nobody needs to know how many records there are
    # @return [Records<Lead>]
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
      q: nil,
      changed_since: nil,
      cursor: nil,
      count: nil
    )
      list_of(
        Lead,
        limit:,
        page:,
        sort:,
        direction:,
        filter:,
        where:,
        q:,
        changed_since:,
        cursor:,
        count:
      )
    end

    # Some properties of the leads, walked as `list` is.
    #
    # @param fields [Array<String>, String] names of properties, such as "email.email" and
    #   "contact_lifecycle_stage.archived"; "*" stands for those that `list` has
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
      q: nil,
      changed_since: nil,
      cursor: nil,
      count: nil
    )
      selected(
        fields,
        limit:,
        page:,
        sort:,
        direction:,
        filter:,
        where:,
        q:,
        changed_since:,
        cursor:,
        count:
      )
    end

    # Makes a lead.
    #
    # @param name [String, nil] The name relative to lead, kept as it is written; a name without visible
    #   characters counts as `null`
    # @param city_id [Integer, nil] The city_id relative to lead, the id of one of the cities
    # @param custom_data [String, Hash, Array, nil] A JSON formatted string containing extra fields, at most
    #   65,536 bytes: `{"source":"fair"}`. It may be sent as an object or array too, and is always answered
    #   as text
    # @param contact_lifecycle_stage_id [Integer, nil] The contact_lifecycle_stage_id relative to lead, the
    #   id of one of the contact lifecycle stages
    # @param owner_id [Integer, nil] The owner_id of the user of the account who looks after the lead. A new
    #   lead without this property gets one by the assignment rules; with `null` it has nobody
    # @param source [String, nil] The source of the first touch of the lead, such as a fair, a partner or a
    #   form; where it is not sent, taken from the key in `custom_data`
    # @param utm_source [String, nil] The utm_source of the first touch of the lead, the site or the sender
    #   that the person came from; where it is not sent, taken from the key in `custom_data`
    # @param utm_medium [String, nil] The utm_medium of the first touch of the lead, the kind of medium,
    #   such as `cpc` or `email`; where it is not sent, taken from the key in `custom_data`
    # @param utm_campaign [String, nil] The utm_campaign of the first touch of the lead, the campaign; where
    #   it is not sent, taken from the key in `custom_data`
    # @param utm_term [String, nil] The utm_term of the first touch of the lead, the words that were
    #   searched for; where it is not sent, taken from the key in `custom_data`
    # @param utm_content [String, nil] The utm_content of the first touch of the lead, which of several
    #   advertisements or links it was; where it is not sent, taken from the key in `custom_data`
    # @param last_source [String, nil] The source of the last touch of the lead, such as a fair, a partner
    #   or a form; where it is not sent, that of the last form, import or call that had any
    # @param last_utm_source [String, nil] The utm_source of the last touch of the lead, the site or the
    #   sender that the person came from; where it is not sent, that of the last form, import or call that
    #   had any
    # @param last_utm_medium [String, nil] The utm_medium of the last touch of the lead, the kind of medium,
    #   such as `cpc` or `email`; where it is not sent, that of the last form, import or call that had any
    # @param last_utm_campaign [String, nil] The utm_campaign of the last touch of the lead, the campaign;
    #   where it is not sent, that of the last form, import or call that had any
    # @param last_utm_term [String, nil] The utm_term of the last touch of the lead, the words that were
    #   searched for; where it is not sent, that of the last form, import or call that had any
    # @param last_utm_content [String, nil] The utm_content of the last touch of the lead, which of several
    #   advertisements or links it was; where it is not sent, that of the last form, import or call that had
    #   any
    # @param lead_opt_in [Hash, nil] What the person consents to, in bodies only, such as
    #   `{"email":true,"sms":false}`: each consent that is given is noted, and where it is not given, an
    #   earlier one is withdrawn. Consents shows what is noted
    # @param email [String, Hash, Lead::Email, nil] The email object associated to lead, such as
    #   `{"email":"ana@example.com"}`: its email alone, `{email:}`, or `{id:}` of one that is there
    # @param phone [String, Hash, Lead::Phone, nil] The phone object associated to lead, such as
    #   `{"number":"+351 912 340 999"}` or `{"extension":"00351","number":"912 340 999"}`: its number alone,
    #   `{extension:, number:}`, or `{id:}` of one that is there
    # @param returning [Boolean] whether to return the record as it is then, with its `etag`
    # @return [Integer, Lead] its id, or the record
    # @raise [Invalid] with all faults of the values
    # @raise [Error] sent again only with a key by which the server knows it
    def create(
      name: ABSENT,
      city_id: ABSENT,
      custom_data: ABSENT,
      contact_lifecycle_stage_id: ABSENT,
      owner_id: ABSENT,
      source: ABSENT,
      utm_source: ABSENT,
      utm_medium: ABSENT,
      utm_campaign: ABSENT,
      utm_term: ABSENT,
      utm_content: ABSENT,
      last_source: ABSENT,
      last_utm_source: ABSENT,
      last_utm_medium: ABSENT,
      last_utm_campaign: ABSENT,
      last_utm_term: ABSENT,
      last_utm_content: ABSENT,
      lead_opt_in: ABSENT,
      email: ABSENT,
      phone: ABSENT,
      returning: false
    )
      created(
        Lead,
        returning,
        name:,
        city_id:,
        custom_data:,
        contact_lifecycle_stage_id:,
        owner_id:,
        source:,
        utm_source:,
        utm_medium:,
        utm_campaign:,
        utm_term:,
        utm_content:,
        last_source:,
        last_utm_source:,
        last_utm_medium:,
        last_utm_campaign:,
        last_utm_term:,
        last_utm_content:,
        lead_opt_in:,
        email: short(email, :email),
        phone: short(phone, :number)
      )
    end

    # Makes a lead unless it is there, and otherwise changes it.
    #
    # @param match [String] the property by which the server looks first whether the record is there: `id`,
    #   `email`, `phone` or `custom_data.<key>`
    # @param on_match [String] what it does with the record that it finds: `update` (the default),
    #   `fill_empty`, `skip`, `fail` or `create`
    # @param id [Integer, String] the id of the lead, with `match: "id"`
    # @param name [String, nil] The name relative to lead, kept as it is written; a name without visible
    #   characters counts as `null`
    # @param city_id [Integer, nil] The city_id relative to lead, the id of one of the cities
    # @param custom_data [String, Hash, Array, nil] A JSON formatted string containing extra fields, at most
    #   65,536 bytes: `{"source":"fair"}`. It may be sent as an object or array too, and is always answered
    #   as text
    # @param contact_lifecycle_stage_id [Integer, nil] The contact_lifecycle_stage_id relative to lead, the
    #   id of one of the contact lifecycle stages
    # @param owner_id [Integer, nil] The owner_id of the user of the account who looks after the lead. A new
    #   lead without this property gets one by the assignment rules; with `null` it has nobody
    # @param source [String, nil] The source of the first touch of the lead, such as a fair, a partner or a
    #   form; where it is not sent, taken from the key in `custom_data`
    # @param utm_source [String, nil] The utm_source of the first touch of the lead, the site or the sender
    #   that the person came from; where it is not sent, taken from the key in `custom_data`
    # @param utm_medium [String, nil] The utm_medium of the first touch of the lead, the kind of medium,
    #   such as `cpc` or `email`; where it is not sent, taken from the key in `custom_data`
    # @param utm_campaign [String, nil] The utm_campaign of the first touch of the lead, the campaign; where
    #   it is not sent, taken from the key in `custom_data`
    # @param utm_term [String, nil] The utm_term of the first touch of the lead, the words that were
    #   searched for; where it is not sent, taken from the key in `custom_data`
    # @param utm_content [String, nil] The utm_content of the first touch of the lead, which of several
    #   advertisements or links it was; where it is not sent, taken from the key in `custom_data`
    # @param last_source [String, nil] The source of the last touch of the lead, such as a fair, a partner
    #   or a form; where it is not sent, that of the last form, import or call that had any
    # @param last_utm_source [String, nil] The utm_source of the last touch of the lead, the site or the
    #   sender that the person came from; where it is not sent, that of the last form, import or call that
    #   had any
    # @param last_utm_medium [String, nil] The utm_medium of the last touch of the lead, the kind of medium,
    #   such as `cpc` or `email`; where it is not sent, that of the last form, import or call that had any
    # @param last_utm_campaign [String, nil] The utm_campaign of the last touch of the lead, the campaign;
    #   where it is not sent, that of the last form, import or call that had any
    # @param last_utm_term [String, nil] The utm_term of the last touch of the lead, the words that were
    #   searched for; where it is not sent, that of the last form, import or call that had any
    # @param last_utm_content [String, nil] The utm_content of the last touch of the lead, which of several
    #   advertisements or links it was; where it is not sent, that of the last form, import or call that had
    #   any
    # @param lead_opt_in [Hash, nil] What the person consents to, in bodies only, such as
    #   `{"email":true,"sms":false}`: each consent that is given is noted, and where it is not given, an
    #   earlier one is withdrawn. Consents shows what is noted
    # @param email [String, Hash, Lead::Email, nil] The email object associated to lead, such as
    #   `{"email":"ana@example.com"}`: its email alone, `{email:}`, or `{id:}` of one that is there
    # @param phone [String, Hash, Lead::Phone, nil] The phone object associated to lead, such as
    #   `{"number":"+351 912 340 999"}` or `{"extension":"00351","number":"912 340 999"}`: its number alone,
    #   `{extension:, number:}`, or `{id:}` of one that is there
    # @return [Upserted] its id, and what became of it as `result`
    # @raise [ArgumentError] for what is no id
    # @raise [NotFound]
    # @raise [Invalid] with all faults of the values, and the ids of several that `match` finds
    # @raise [Error]
    def upsert(
      match:,
      on_match: nil,
      id: nil,
      name: ABSENT,
      city_id: ABSENT,
      custom_data: ABSENT,
      contact_lifecycle_stage_id: ABSENT,
      owner_id: ABSENT,
      source: ABSENT,
      utm_source: ABSENT,
      utm_medium: ABSENT,
      utm_campaign: ABSENT,
      utm_term: ABSENT,
      utm_content: ABSENT,
      last_source: ABSENT,
      last_utm_source: ABSENT,
      last_utm_medium: ABSENT,
      last_utm_campaign: ABSENT,
      last_utm_term: ABSENT,
      last_utm_content: ABSENT,
      lead_opt_in: ABSENT,
      email: ABSENT,
      phone: ABSENT
    )
      upserted(
        match,
        on_match,
        id,
        name:,
        city_id:,
        custom_data:,
        contact_lifecycle_stage_id:,
        owner_id:,
        source:,
        utm_source:,
        utm_medium:,
        utm_campaign:,
        utm_term:,
        utm_content:,
        last_source:,
        last_utm_source:,
        last_utm_medium:,
        last_utm_campaign:,
        last_utm_term:,
        last_utm_content:,
        lead_opt_in:,
        email: short(email, :email),
        phone: short(phone, :number)
      )
    end

    # One lead, or some of its properties.
    #
    # @param id [Integer, String] an Integer, or its digits
    # @param fields [Array<String>, String] names of properties, such as "email.email" and
    #   "contact_lifecycle_stage.archived"; "*" stands for those that `retrieve` has
    # @return [Lead, Hash{String => Object}] with `fields:` a Hash, as it is in the answer's JSON
    # @raise [ArgumentError] for what is no id, and no name in `fields:`
    # @raise [NotFound]
    # @raise [BadRequest] the server does not know a property
    # @raise [Error]
    def retrieve(id, fields: nil)
      retrieved(Lead, id, fields)
    end

    # Changes what is given: what is not keeps its value, and nil clears what may be nil.
    #
    # @param id [Integer, String] an Integer, or its digits
    # @param name [String, nil] The name relative to lead, kept as it is written; a name without visible
    #   characters counts as `null`
    # @param city_id [Integer, nil] The city_id relative to lead, the id of one of the cities
    # @param custom_data [String, Hash, Array, nil] A JSON formatted string containing extra fields, at most
    #   65,536 bytes: `{"source":"fair"}`. It may be sent as an object or array too, and is always answered
    #   as text
    # @param contact_lifecycle_stage_id [Integer, nil] The contact_lifecycle_stage_id relative to lead, the
    #   id of one of the contact lifecycle stages
    # @param owner_id [Integer, nil] The owner_id of the user of the account who looks after the lead. A new
    #   lead without this property gets one by the assignment rules; with `null` it has nobody
    # @param source [String, nil] The source of the first touch of the lead, such as a fair, a partner or a
    #   form; where it is not sent, taken from the key in `custom_data`
    # @param utm_source [String, nil] The utm_source of the first touch of the lead, the site or the sender
    #   that the person came from; where it is not sent, taken from the key in `custom_data`
    # @param utm_medium [String, nil] The utm_medium of the first touch of the lead, the kind of medium,
    #   such as `cpc` or `email`; where it is not sent, taken from the key in `custom_data`
    # @param utm_campaign [String, nil] The utm_campaign of the first touch of the lead, the campaign; where
    #   it is not sent, taken from the key in `custom_data`
    # @param utm_term [String, nil] The utm_term of the first touch of the lead, the words that were
    #   searched for; where it is not sent, taken from the key in `custom_data`
    # @param utm_content [String, nil] The utm_content of the first touch of the lead, which of several
    #   advertisements or links it was; where it is not sent, taken from the key in `custom_data`
    # @param last_source [String, nil] The source of the last touch of the lead, such as a fair, a partner
    #   or a form; where it is not sent, that of the last form, import or call that had any
    # @param last_utm_source [String, nil] The utm_source of the last touch of the lead, the site or the
    #   sender that the person came from; where it is not sent, that of the last form, import or call that
    #   had any
    # @param last_utm_medium [String, nil] The utm_medium of the last touch of the lead, the kind of medium,
    #   such as `cpc` or `email`; where it is not sent, that of the last form, import or call that had any
    # @param last_utm_campaign [String, nil] The utm_campaign of the last touch of the lead, the campaign;
    #   where it is not sent, that of the last form, import or call that had any
    # @param last_utm_term [String, nil] The utm_term of the last touch of the lead, the words that were
    #   searched for; where it is not sent, that of the last form, import or call that had any
    # @param last_utm_content [String, nil] The utm_content of the last touch of the lead, which of several
    #   advertisements or links it was; where it is not sent, that of the last form, import or call that had
    #   any
    # @param lead_opt_in [Hash, nil] What the person consents to, in bodies only, such as
    #   `{"email":true,"sms":false}`: each consent that is given is noted, and where it is not given, an
    #   earlier one is withdrawn. Consents shows what is noted
    # @param email [String, Hash, Lead::Email, nil] The email object associated to lead, such as
    #   `{"email":"ana@example.com"}`: its email alone, `{email:}`, or `{id:}` of one that is there
    # @param phone [String, Hash, Lead::Phone, nil] The phone object associated to lead, such as
    #   `{"number":"+351 912 340 999"}` or `{"extension":"00351","number":"912 340 999"}`: its number alone,
    #   `{extension:, number:}`, or `{id:}` of one that is there
    # @param if_match [String] the `etag` that the record was retrieved with: where it has been changed
    #   since, nothing is changed; without it the last update wins
    # @param returning [Boolean] whether to return the record as it is then, with its `etag`
    # @return [Lead, nil] the record where `returning` asks for it
    # @raise [ArgumentError] for what is no id or no etag
    # @raise [NotFound]
    # @raise [PreconditionFailed] when it has been changed since if_match
    # @raise [Invalid] with all faults of the values
    # @raise [Error]
    def update(
      id,
      name: ABSENT,
      city_id: ABSENT,
      custom_data: ABSENT,
      contact_lifecycle_stage_id: ABSENT,
      owner_id: ABSENT,
      source: ABSENT,
      utm_source: ABSENT,
      utm_medium: ABSENT,
      utm_campaign: ABSENT,
      utm_term: ABSENT,
      utm_content: ABSENT,
      last_source: ABSENT,
      last_utm_source: ABSENT,
      last_utm_medium: ABSENT,
      last_utm_campaign: ABSENT,
      last_utm_term: ABSENT,
      last_utm_content: ABSENT,
      lead_opt_in: ABSENT,
      email: ABSENT,
      phone: ABSENT,
      if_match: ABSENT,
      returning: false
    )
      updated(
        (Lead if returning),
        id,
        if_match,
        name:,
        city_id:,
        custom_data:,
        contact_lifecycle_stage_id:,
        owner_id:,
        source:,
        utm_source:,
        utm_medium:,
        utm_campaign:,
        utm_term:,
        utm_content:,
        last_source:,
        last_utm_source:,
        last_utm_medium:,
        last_utm_campaign:,
        last_utm_term:,
        last_utm_content:,
        lead_opt_in:,
        email: short(email, :email),
        phone: short(phone, :number)
      )
    end

    # Changes what is given: what is not keeps its value, and nil clears what may be nil. A Hash for
    #   `custom_data:` is merged into the present one, in which nil removes a key.
    #
    # @param id [Integer, String] an Integer, or its digits
    # @param name [String, nil] The name relative to lead, kept as it is written; a name without visible
    #   characters counts as `null`
    # @param city_id [Integer, nil] The city_id relative to lead, the id of one of the cities
    # @param custom_data [String, Hash, Array, nil] A JSON formatted string containing extra fields, at most
    #   65,536 bytes: `{"source":"fair"}`. It may be sent as an object or array too, and is always answered
    #   as text
    # @param contact_lifecycle_stage_id [Integer, nil] The contact_lifecycle_stage_id relative to lead, the
    #   id of one of the contact lifecycle stages
    # @param owner_id [Integer, nil] The owner_id of the user of the account who looks after the lead. A new
    #   lead without this property gets one by the assignment rules; with `null` it has nobody
    # @param source [String, nil] The source of the first touch of the lead, such as a fair, a partner or a
    #   form; where it is not sent, taken from the key in `custom_data`
    # @param utm_source [String, nil] The utm_source of the first touch of the lead, the site or the sender
    #   that the person came from; where it is not sent, taken from the key in `custom_data`
    # @param utm_medium [String, nil] The utm_medium of the first touch of the lead, the kind of medium,
    #   such as `cpc` or `email`; where it is not sent, taken from the key in `custom_data`
    # @param utm_campaign [String, nil] The utm_campaign of the first touch of the lead, the campaign; where
    #   it is not sent, taken from the key in `custom_data`
    # @param utm_term [String, nil] The utm_term of the first touch of the lead, the words that were
    #   searched for; where it is not sent, taken from the key in `custom_data`
    # @param utm_content [String, nil] The utm_content of the first touch of the lead, which of several
    #   advertisements or links it was; where it is not sent, taken from the key in `custom_data`
    # @param last_source [String, nil] The source of the last touch of the lead, such as a fair, a partner
    #   or a form; where it is not sent, that of the last form, import or call that had any
    # @param last_utm_source [String, nil] The utm_source of the last touch of the lead, the site or the
    #   sender that the person came from; where it is not sent, that of the last form, import or call that
    #   had any
    # @param last_utm_medium [String, nil] The utm_medium of the last touch of the lead, the kind of medium,
    #   such as `cpc` or `email`; where it is not sent, that of the last form, import or call that had any
    # @param last_utm_campaign [String, nil] The utm_campaign of the last touch of the lead, the campaign;
    #   where it is not sent, that of the last form, import or call that had any
    # @param last_utm_term [String, nil] The utm_term of the last touch of the lead, the words that were
    #   searched for; where it is not sent, that of the last form, import or call that had any
    # @param last_utm_content [String, nil] The utm_content of the last touch of the lead, which of several
    #   advertisements or links it was; where it is not sent, that of the last form, import or call that had
    #   any
    # @param lead_opt_in [Hash, nil] What the person consents to, in bodies only, such as
    #   `{"email":true,"sms":false}`: each consent that is given is noted, and where it is not given, an
    #   earlier one is withdrawn. Consents shows what is noted
    # @param email [String, Hash, Lead::Email, nil] The email object associated to lead, such as
    #   `{"email":"ana@example.com"}`: its email alone, `{email:}`, or `{id:}` of one that is there
    # @param phone [String, Hash, Lead::Phone, nil] The phone object associated to lead, such as
    #   `{"number":"+351 912 340 999"}` or `{"extension":"00351","number":"912 340 999"}`: its number alone,
    #   `{extension:, number:}`, or `{id:}` of one that is there
    # @param if_match [String] the `etag` that the record was retrieved with: where it has been changed
    #   since, nothing is changed; without it the last update wins
    # @param returning [Boolean] whether to return the record as it is then, with its `etag`
    # @return [Lead, nil] the record where `returning` asks for it
    # @raise [ArgumentError] for what is no id or no etag
    # @raise [NotFound]
    # @raise [PreconditionFailed] when it has been changed since if_match
    # @raise [Invalid] with all faults of the values
    # @raise [Error]
    def patch(
      id,
      name: ABSENT,
      city_id: ABSENT,
      custom_data: ABSENT,
      contact_lifecycle_stage_id: ABSENT,
      owner_id: ABSENT,
      source: ABSENT,
      utm_source: ABSENT,
      utm_medium: ABSENT,
      utm_campaign: ABSENT,
      utm_term: ABSENT,
      utm_content: ABSENT,
      last_source: ABSENT,
      last_utm_source: ABSENT,
      last_utm_medium: ABSENT,
      last_utm_campaign: ABSENT,
      last_utm_term: ABSENT,
      last_utm_content: ABSENT,
      lead_opt_in: ABSENT,
      email: ABSENT,
      phone: ABSENT,
      if_match: ABSENT,
      returning: false
    )
      patched(
        (Lead if returning),
        id,
        if_match,
        name:,
        city_id:,
        custom_data:,
        contact_lifecycle_stage_id:,
        owner_id:,
        source:,
        utm_source:,
        utm_medium:,
        utm_campaign:,
        utm_term:,
        utm_content:,
        last_source:,
        last_utm_source:,
        last_utm_medium:,
        last_utm_campaign:,
        last_utm_term:,
        last_utm_content:,
        lead_opt_in:,
        email: short(email, :email),
        phone: short(phone, :number)
      )
    end

    # Deletes a lead: it goes into the bin, from where it can be restored.
    #
    # @param id [Integer, String] an Integer, or its digits
    # @param if_match [String] the `etag` that the record was retrieved with: where it has been changed
    #   since, nothing is done
    # @return [nil]
    # @raise [NotFound]
    # @raise [PreconditionFailed] when it has been changed since if_match
    # @raise [Error]
    def delete(id, if_match: ABSENT)
      acted("DELETE", "/{id}", id: id, if_match: if_match)
    end

    # Gives all leads that fit as one file. It is CSV, XLSX, or NDJSON with a record of the list on each
    #   line. It takes the filters and the order of the list. Export has more.
    #
    # @param file [String, Pathname, IO] the path of a file, which is there when it is whole, or what is
    #   open for writing
    # @param format [String] "csv", "xlsx" or "ndjson"; by the end of the path unless given, else "csv"
    # @param fields [Array<String>, String] names of properties, such as "email.email" and
    #   "contact_lifecycle_stage.archived"; "*" stands for those that `list` has
    # @param overwrite [Boolean] whether a file that exists is replaced
    # @param sort [String] id, name, city_id, creation_date, email.email, phone.number, relevance; id unless
    #   given
    # @param direction [String] "asc" or "desc"
    # @param filter [String, Array<String>] "name~=ana", or several that all have to hold: a property, an
    #   operator (= != < <= > >= ~=) and a value, where none means null
    # @param where [Hash] values that properties have, by name, such as `{ id: 1 }`; nil is null, and of an
    #   Array of values any fits
    # @param q [String] words that a record has, each as the beginning of one of its own, without accents
    #   and case
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
      q: nil,
      changed_since: nil
    )
      exported(file, format, overwrite, fields:, sort:, direction:, filter:, where:, q:, changed_since:)
    end

    # Writes up to 1,000 leads in one call: each item has one to `create`, `update` (as `PUT` does it),
    #   `patch`, `upsert` or `delete`. The call is one operation, which you can undo as a whole. The server
    #   carries out the items in their order. For each one the answer has the `status` and the `body` that a
    #   call of its own would have had. A refused item leaves the others as they are. With `atomic`, the
    #   server writes all items or none: one refused item then refuses the call (422), with the faults by
    #   the number of the item, from 0. An item has the limits of a body, and the whole call takes 16 MiB.
    #
    # @param items [Array<Hash>] What to do, in this order: at most 1,000 items, the whole body at most 16
    #   MiB: each `{action:, id:, match:, on_match:, if_match:, data:}`
    # @param atomic [Boolean, nil] `true`: the server writes all items, or none
    # @return [Object]
    # @raise [Error]
    def batch(items:, atomic: ABSENT)
      acted(
        "POST",
        "/batch",
        json: { items:, atomic: },
        flags: %w[atomic]
      ) { |envelope| envelope["data"] }
    end

    # Changes all leads that filters find, at most 1,000 at once and more in the background, where the
    #   answer names the job. Begin with a dry run: its answer has `count`, a `sample`, and `if_count`,
    #   which you send in the header `If-Count` of the call itself. The server refuses the call without it
    #   (428), and when another number of records fits by now (412), so a forgotten filter changes nothing.
    #   The call is one operation, which you can undo. It takes the parameters `filter`, `q`,
    #   `changed_since`; a property goes into a filter: `filter=city_id=213`. Writes shows both calls. The
    #   body has the properties to change, as in the `PATCH` of one record.
    #
    # @param name [String, nil] The name relative to lead, kept as it is written; a name without visible
    #   characters counts as `null`
    # @param city_id [Integer, nil] The city_id relative to lead, the id of one of the cities
    # @param custom_data [String, Hash, Array, nil] A JSON formatted string containing extra fields, at most
    #   65,536 bytes: `{"source":"fair"}`. It may be sent as an object or array too, and is always answered
    #   as text
    # @param contact_lifecycle_stage_id [Integer, nil] The contact_lifecycle_stage_id relative to lead, the
    #   id of one of the contact lifecycle stages
    # @param owner_id [Integer, nil] The owner_id of the user of the account who looks after the lead. A new
    #   lead without this property gets one by the assignment rules; with `null` it has nobody
    # @param source [String, nil] The source of the first touch of the lead, such as a fair, a partner or a
    #   form; where it is not sent, taken from the key in `custom_data`
    # @param utm_source [String, nil] The utm_source of the first touch of the lead, the site or the sender
    #   that the person came from; where it is not sent, taken from the key in `custom_data`
    # @param utm_medium [String, nil] The utm_medium of the first touch of the lead, the kind of medium,
    #   such as `cpc` or `email`; where it is not sent, taken from the key in `custom_data`
    # @param utm_campaign [String, nil] The utm_campaign of the first touch of the lead, the campaign; where
    #   it is not sent, taken from the key in `custom_data`
    # @param utm_term [String, nil] The utm_term of the first touch of the lead, the words that were
    #   searched for; where it is not sent, taken from the key in `custom_data`
    # @param utm_content [String, nil] The utm_content of the first touch of the lead, which of several
    #   advertisements or links it was; where it is not sent, taken from the key in `custom_data`
    # @param last_source [String, nil] The source of the last touch of the lead, such as a fair, a partner
    #   or a form; where it is not sent, that of the last form, import or call that had any
    # @param last_utm_source [String, nil] The utm_source of the last touch of the lead, the site or the
    #   sender that the person came from; where it is not sent, that of the last form, import or call that
    #   had any
    # @param last_utm_medium [String, nil] The utm_medium of the last touch of the lead, the kind of medium,
    #   such as `cpc` or `email`; where it is not sent, that of the last form, import or call that had any
    # @param last_utm_campaign [String, nil] The utm_campaign of the last touch of the lead, the campaign;
    #   where it is not sent, that of the last form, import or call that had any
    # @param last_utm_term [String, nil] The utm_term of the last touch of the lead, the words that were
    #   searched for; where it is not sent, that of the last form, import or call that had any
    # @param last_utm_content [String, nil] The utm_content of the last touch of the lead, which of several
    #   advertisements or links it was; where it is not sent, that of the last form, import or call that had
    #   any
    # @param lead_opt_in [Hash, nil] What the person consents to, in bodies only, such as
    #   `{"email":true,"sms":false}`: each consent that is given is noted, and where it is not given, an
    #   earlier one is withdrawn. Consents shows what is noted: `{sms:, email:, enviroment:, environment:}`
    # @param email [String, Hash, Lead::Email, nil] The email object associated to lead, such as
    #   `{"email":"ana@example.com"}`: its email alone, `{email:}`, or `{id:}` of one that is there
    # @param phone [String, Hash, Lead::Phone, nil] The phone object associated to lead, such as
    #   `{"number":"+351 912 340 999"}` or `{"extension":"00351","number":"912 340 999"}`: its number alone,
    #   `{extension:, number:}`, or `{id:}` of one that is there
    # @param dry_run [Boolean, nil] `true`: count the records, and change nothing
    # @param if_count [String, nil] What the dry run gave, where it is not in the header `If-Count`
    # @param filter [String | Sequence[String]] as in a list
    # @param q [String] as in a list
    # @param changed_since [String] as in a list
    # @return [Object]
    # @raise [Error]
    def patch_many(
      name: ABSENT,
      city_id: ABSENT,
      custom_data: ABSENT,
      contact_lifecycle_stage_id: ABSENT,
      owner_id: ABSENT,
      source: ABSENT,
      utm_source: ABSENT,
      utm_medium: ABSENT,
      utm_campaign: ABSENT,
      utm_term: ABSENT,
      utm_content: ABSENT,
      last_source: ABSENT,
      last_utm_source: ABSENT,
      last_utm_medium: ABSENT,
      last_utm_campaign: ABSENT,
      last_utm_term: ABSENT,
      last_utm_content: ABSENT,
      lead_opt_in: ABSENT,
      email: ABSENT,
      phone: ABSENT,
      dry_run: ABSENT,
      if_count: ABSENT,
      filter: nil,
      q: nil,
      changed_since: nil
    )
      acted(
        "PATCH",
        "",
        params: { filter:, q:, changed_since: },
        json: {
          name:,
          city_id:,
          custom_data:,
          contact_lifecycle_stage_id:,
          owner_id:,
          source:,
          utm_source:,
          utm_medium:,
          utm_campaign:,
          utm_term:,
          utm_content:,
          last_source:,
          last_utm_source:,
          last_utm_medium:,
          last_utm_campaign:,
          last_utm_term:,
          last_utm_content:,
          lead_opt_in:,
          email: short(email, :email),
          phone: short(phone, :number),
          dry_run:,
          if_count:
        },
        flags: %w[lead_opt_in.sms lead_opt_in.email dry_run]
      ) { |envelope| envelope["data"] }
    end

    # Deletes all leads that filters find, at most 1,000 at once and more in the background, where the
    #   answer names the job. Begin with a dry run: its answer has `count`, a `sample`, and `if_count`,
    #   which you send in the header `If-Count` of the call itself. The server refuses the call without it
    #   (428), and when another number of records fits by now (412), so a forgotten filter changes nothing.
    #   The call is one operation, which you can undo. It takes the parameters `filter`, `q`,
    #   `changed_since`; a property goes into a filter: `filter=city_id=213`. Writes shows both calls. The
    #   records go into the bin.
    #
    # @param dry_run [Boolean, nil] `true`: count the records, and change nothing
    # @param if_count [String, nil] What the dry run gave, where it is not in the header `If-Count`
    # @param filter [String | Sequence[String]] as in a list
    # @param q [String] as in a list
    # @param changed_since [String] as in a list
    # @return [Object]
    # @raise [Error]
    def delete_many(dry_run: ABSENT, if_count: ABSENT, filter: nil, q: nil, changed_since: nil)
      acted(
        "DELETE",
        "",
        params: { filter:, q:, changed_since: },
        json: { dry_run:, if_count: },
        flags: %w[dry_run]
      ) { |envelope| envelope["data"] }
    end

    # Merges other leads into this one, in one operation, which you can undo. This lead keeps what it has
    #   and takes what it lacks from the others, of `custom_data` key by key; `properties` names the lead
    #   that gives a property instead. Afterwards a call for one of the others answers 404, and
    #   `merged_into` has the id of this lead. The others are not in the bin. With `dry_run` the call
    #   changes nothing, and the answer has the lead as it would be.
    #
    # @param id [Integer, String] an Integer, or its digits
    # @param ids [Array<Integer>] The ids of the leads that go into this one; it takes what it lacks from
    #   the first of them that has it
    # @param properties [Hash, nil] Which lead gives a property, by its id: this one or one of the others:
    #   `{name:, city_id:, custom_data:, contact_lifecycle_stage_id:, owner_id:, source:, utm_source:,
    #   utm_medium:, utm_campaign:, utm_term:, utm_content:, last_source:, last_utm_source:,
    #   last_utm_medium:, last_utm_campaign:, last_utm_term:, last_utm_content:, email:, phone:}`
    # @param dry_run [Boolean, nil] `true`: change nothing, and answer with the lead as it would be
    # @param if_match [String] the `etag` that the record was retrieved with: where it has been changed
    #   since, nothing is done
    # @return [Object]
    # @raise [NotFound]
    # @raise [PreconditionFailed] when it has been changed since if_match
    # @raise [Error]
    def merge(id, ids:, properties: ABSENT, dry_run: ABSENT, if_match: ABSENT)
      acted(
        "POST",
        "/{id}/merge",
        id: id,
        json: { ids:, properties:, dry_run: },
        flags: %w[dry_run],
        if_match: if_match
      ) { |envelope| envelope["data"] }
    end

    # Retrieves the changes of a specific Lead, the newest first. Each has the values of the properties
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

    # Retrieves pairs of leads that look alike, and groups of more than 20. Those with the highest score
    #   come first. A new or changed lead is in the list within a minute. Duplicates says what counts. It
    #   takes the parameters `limit`, `cursor`; others are refused.
    #
    # @param limit [Integer] as in a list
    # @param cursor [String] as in a list
    # @return [Object]
    # @raise [Error]
    def duplicates(limit: nil, cursor: nil)
      acted("GET", "/duplicates", params: { limit:, cursor: }) { |envelope| envelope["data"] }
    end

    # Dismisses a pair or a group: it says that no two of these leads are one person. The list does not show
    #   pairs of them again, even if the leads change. It shows a group again when the group gets another
    #   lead.
    #
    # @param ids [Array<Integer>] The ids of a pair or a group, as the list has them
    # @return [nil]
    # @raise [Error]
    def dismiss_duplicates(ids:)
      acted("POST", "/duplicates/dismiss", json: { ids: })
    end

    # Retrieves in which contact lifecycle stages a specific lead was, the newest first, with when it
    #   entered and left each. The server keeps this as long as it has the lead. A lead that is deleted
    #   leaves its stage, and enters it again when it is restored. After a merge, the stages of the leads
    #   that went into this one are there too, until the merge is undone. It takes the parameters `before`,
    #   `limit`; others are refused.
    #
    # @param id [Integer, String] an Integer, or its digits
    # @param before [Integer] as in a list
    # @param limit [Integer] as in a list
    # @return [Object]
    # @raise [NotFound]
    # @raise [Error]
    def stages(id, before: nil, limit: nil)
      acted("GET", "/{id}/stages", id: id, params: { before:, limit: }) { |envelope| envelope["data"] }
    end
  end
end

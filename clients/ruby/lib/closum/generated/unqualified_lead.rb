# frozen_string_literal: true

# Written by `make generate` from src/closum/resources: change the declarations, not this file.

module Closum
  # One unqualified lead.
  class UnqualifiedLead < Record
    # The phone object of the unqualified lead, in bodies as that of a lead; answers have its number alone.
    class Phone < Record
      NAMES = %i[id number].freeze

      # Of its own record; nil where the answer has none, as in a list.
      # @return [Integer, nil]
      attr_reader :id
      # The phone number as people write it: `912 340 999`, `+351 912 340 999`, or `212 999 001 ext. 12` for
      #   an extension at a switchboard. Two numbers are the same when they are dialled alike.
      # @return [String]
      attr_reader :number

      def initialize(id:, number:)
        @id = id
        @number = number
        freeze
      end

      # @api private
      def self.read(data)
        new(
          id: data["id"],
          number: Read.value(data, "number")
        )
      end
    end

    # The email object of the unqualified lead, in bodies as that of a lead.
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

    NAMES = %i[id name city_id contact_type_id creation_date phone email].freeze

    # @return [Integer]
    attr_reader :id
    # The name of the unqualified lead, kept as it is written.
    # @return [String, nil]
    attr_reader :name
    # The city_id of the unqualified lead, the id of one of the cities.
    # @return [Integer, nil]
    attr_reader :city_id
    # The contact_type_id of the unqualified lead, the id of one of the contact types.
    # @return [Integer, nil]
    attr_reader :contact_type_id
    # The creation_date of the record, when it was made: UTC, in whole seconds.
    # @return [Time]
    attr_reader :creation_date
    # The phone object of the unqualified lead, in bodies as that of a lead; answers have its number alone.
    # @return [Phone, nil]
    attr_reader :phone
    # The email object of the unqualified lead, in bodies as that of a lead.
    # @return [Email, nil]
    attr_reader :email
    # Names the state of a retrieved record, for `if_match:`; nil where the answer has none, as in a list.
    # @return [String, nil]
    attr_reader :etag

    def initialize(id:, name:, city_id:, contact_type_id:, creation_date:, phone:, email:, etag: nil)
      @id = id
      @name = name
      @city_id = city_id
      @contact_type_id = contact_type_id
      @creation_date = creation_date
      @phone = phone
      @email = email
      @etag = etag
      freeze
    end

    # @api private
    def self.read(data, etag = nil)
      new(
        id: Read.id(data),
        name: Read.value(data, "name"),
        city_id: Read.value(data, "city_id"),
        contact_type_id: Read.value(data, "contact_type_id"),
        creation_date: Read.time(data, "creation_date"),
        phone: Read.nested(data, "phone", Phone),
        email: Read.nested(data, "email", Email),
        etag: etag
      )
    end
  end

  # The unqualified leads of your account: `client.unqualified_leads`.
  class UnqualifiedLeads < Resource
    PATH = "/api/unqualified-lead"

    # All unqualified leads, those that fit the filters, or those from a page on. Makes no request by
    #   itself.
    #
    # @param limit [Integer] records on a page: 25 unless given, at most 1000
    # @param page [Integer] where to begin, from 1
    # @param sort [String] id, name, creation_date, email.email, phone.number, relevance; id unless given
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
    # @return [Records<UnqualifiedLead>]
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
        UnqualifiedLead,
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

    # Some properties of the unqualified leads, walked as `list` is.
    #
    # @param fields [Array<String>, String] names of properties, such as "phone.extension" and
    #   "contact_type.date_add"; "*" stands for those that `list` has
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

    # Makes an unqualified lead.
    #
    # @param name [String, nil] The name of the unqualified lead, kept as it is written
    # @param city_id [Integer, nil] The city_id of the unqualified lead, the id of one of the cities
    # @param contact_type_id [Integer, nil] The contact_type_id of the unqualified lead, the id of one of
    #   the contact types
    # @param custom_data [String, Hash, Array, nil] A JSON formatted string containing extra fields, as that
    #   of a lead. Answers have it where `fields` asks for it
    # @param unqualified_lead_opt_in [Hash, nil] What the person consents to, in bodies only, such as
    #   `{"email":true,"sms":false}`: each consent that is given is noted, and where it is not given, an
    #   earlier one is withdrawn. Consents shows what is noted
    # @param phone [String, Hash, UnqualifiedLead::Phone, nil] The phone object of the unqualified lead, in
    #   bodies as that of a lead; answers have its number alone: its number alone, `{extension:, number:}`,
    #   or `{id:}` of one that is there
    # @param email [String, Hash, UnqualifiedLead::Email, nil] The email object of the unqualified lead, in
    #   bodies as that of a lead: its email alone, `{email:}`, or `{id:}` of one that is there
    # @param returning [Boolean] whether to return the record as it is then, with its `etag`
    # @return [Integer, UnqualifiedLead] its id, or the record
    # @raise [Invalid] with all faults of the values
    # @raise [Error] sent again only with a key by which the server knows it
    def create(
      name: ABSENT,
      city_id: ABSENT,
      contact_type_id: ABSENT,
      custom_data: ABSENT,
      unqualified_lead_opt_in: ABSENT,
      phone: ABSENT,
      email: ABSENT,
      returning: false
    )
      created(
        UnqualifiedLead,
        returning,
        name:,
        city_id:,
        contact_type_id:,
        custom_data:,
        unqualified_lead_opt_in:,
        phone: short(phone, :number),
        email: short(email, :email)
      )
    end

    # Makes an unqualified lead unless it is there, and otherwise changes it.
    #
    # @param match [String] the property by which the server looks first whether the record is there: `id`,
    #   `email`, `phone` or `custom_data.<key>`
    # @param on_match [String] what it does with the record that it finds: `update` (the default),
    #   `fill_empty`, `skip`, `fail` or `create`
    # @param id [Integer, String] the id of the unqualified lead, with `match: "id"`
    # @param name [String, nil] The name of the unqualified lead, kept as it is written
    # @param city_id [Integer, nil] The city_id of the unqualified lead, the id of one of the cities
    # @param contact_type_id [Integer, nil] The contact_type_id of the unqualified lead, the id of one of
    #   the contact types
    # @param custom_data [String, Hash, Array, nil] A JSON formatted string containing extra fields, as that
    #   of a lead. Answers have it where `fields` asks for it
    # @param unqualified_lead_opt_in [Hash, nil] What the person consents to, in bodies only, such as
    #   `{"email":true,"sms":false}`: each consent that is given is noted, and where it is not given, an
    #   earlier one is withdrawn. Consents shows what is noted
    # @param phone [String, Hash, UnqualifiedLead::Phone, nil] The phone object of the unqualified lead, in
    #   bodies as that of a lead; answers have its number alone: its number alone, `{extension:, number:}`,
    #   or `{id:}` of one that is there
    # @param email [String, Hash, UnqualifiedLead::Email, nil] The email object of the unqualified lead, in
    #   bodies as that of a lead: its email alone, `{email:}`, or `{id:}` of one that is there
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
      contact_type_id: ABSENT,
      custom_data: ABSENT,
      unqualified_lead_opt_in: ABSENT,
      phone: ABSENT,
      email: ABSENT
    )
      upserted(
        match,
        on_match,
        id,
        name:,
        city_id:,
        contact_type_id:,
        custom_data:,
        unqualified_lead_opt_in:,
        phone: short(phone, :number),
        email: short(email, :email)
      )
    end

    # One unqualified lead, or some of its properties.
    #
    # @param id [Integer, String] an Integer, or its digits
    # @param fields [Array<String>, String] names of properties, such as "phone.extension" and
    #   "contact_type.date_add"; "*" stands for those that `retrieve` has
    # @return [UnqualifiedLead, Hash{String => Object}] with `fields:` a Hash, as it is in the answer's JSON
    # @raise [ArgumentError] for what is no id, and no name in `fields:`
    # @raise [NotFound]
    # @raise [BadRequest] the server does not know a property
    # @raise [Error]
    def retrieve(id, fields: nil)
      retrieved(UnqualifiedLead, id, fields)
    end

    # Changes what is given: what is not keeps its value, and nil clears what may be nil.
    #
    # @param id [Integer, String] an Integer, or its digits
    # @param name [String, nil] The name of the unqualified lead, kept as it is written
    # @param city_id [Integer, nil] The city_id of the unqualified lead, the id of one of the cities
    # @param contact_type_id [Integer, nil] The contact_type_id of the unqualified lead, the id of one of
    #   the contact types
    # @param custom_data [String, Hash, Array, nil] A JSON formatted string containing extra fields, as that
    #   of a lead. Answers have it where `fields` asks for it
    # @param unqualified_lead_opt_in [Hash, nil] What the person consents to, in bodies only, such as
    #   `{"email":true,"sms":false}`: each consent that is given is noted, and where it is not given, an
    #   earlier one is withdrawn. Consents shows what is noted
    # @param phone [String, Hash, UnqualifiedLead::Phone, nil] The phone object of the unqualified lead, in
    #   bodies as that of a lead; answers have its number alone: its number alone, `{extension:, number:}`,
    #   or `{id:}` of one that is there
    # @param email [String, Hash, UnqualifiedLead::Email, nil] The email object of the unqualified lead, in
    #   bodies as that of a lead: its email alone, `{email:}`, or `{id:}` of one that is there
    # @param if_match [String] the `etag` that the record was retrieved with: where it has been changed
    #   since, nothing is changed; without it the last update wins
    # @param returning [Boolean] whether to return the record as it is then, with its `etag`
    # @return [UnqualifiedLead, nil] the record where `returning` asks for it
    # @raise [ArgumentError] for what is no id or no etag
    # @raise [NotFound]
    # @raise [PreconditionFailed] when it has been changed since if_match
    # @raise [Invalid] with all faults of the values
    # @raise [Error]
    def update(
      id,
      name: ABSENT,
      city_id: ABSENT,
      contact_type_id: ABSENT,
      custom_data: ABSENT,
      unqualified_lead_opt_in: ABSENT,
      phone: ABSENT,
      email: ABSENT,
      if_match: ABSENT,
      returning: false
    )
      updated(
        (UnqualifiedLead if returning),
        id,
        if_match,
        name:,
        city_id:,
        contact_type_id:,
        custom_data:,
        unqualified_lead_opt_in:,
        phone: short(phone, :number),
        email: short(email, :email)
      )
    end

    # Changes what is given: what is not keeps its value, and nil clears what may be nil. A Hash for
    #   `custom_data:` is merged into the present one, in which nil removes a key.
    #
    # @param id [Integer, String] an Integer, or its digits
    # @param name [String, nil] The name of the unqualified lead, kept as it is written
    # @param city_id [Integer, nil] The city_id of the unqualified lead, the id of one of the cities
    # @param contact_type_id [Integer, nil] The contact_type_id of the unqualified lead, the id of one of
    #   the contact types
    # @param custom_data [String, Hash, Array, nil] A JSON formatted string containing extra fields, as that
    #   of a lead. Answers have it where `fields` asks for it
    # @param unqualified_lead_opt_in [Hash, nil] What the person consents to, in bodies only, such as
    #   `{"email":true,"sms":false}`: each consent that is given is noted, and where it is not given, an
    #   earlier one is withdrawn. Consents shows what is noted
    # @param phone [String, Hash, UnqualifiedLead::Phone, nil] The phone object of the unqualified lead, in
    #   bodies as that of a lead; answers have its number alone: its number alone, `{extension:, number:}`,
    #   or `{id:}` of one that is there
    # @param email [String, Hash, UnqualifiedLead::Email, nil] The email object of the unqualified lead, in
    #   bodies as that of a lead: its email alone, `{email:}`, or `{id:}` of one that is there
    # @param if_match [String] the `etag` that the record was retrieved with: where it has been changed
    #   since, nothing is changed; without it the last update wins
    # @param returning [Boolean] whether to return the record as it is then, with its `etag`
    # @return [UnqualifiedLead, nil] the record where `returning` asks for it
    # @raise [ArgumentError] for what is no id or no etag
    # @raise [NotFound]
    # @raise [PreconditionFailed] when it has been changed since if_match
    # @raise [Invalid] with all faults of the values
    # @raise [Error]
    def patch(
      id,
      name: ABSENT,
      city_id: ABSENT,
      contact_type_id: ABSENT,
      custom_data: ABSENT,
      unqualified_lead_opt_in: ABSENT,
      phone: ABSENT,
      email: ABSENT,
      if_match: ABSENT,
      returning: false
    )
      patched(
        (UnqualifiedLead if returning),
        id,
        if_match,
        name:,
        city_id:,
        contact_type_id:,
        custom_data:,
        unqualified_lead_opt_in:,
        phone: short(phone, :number),
        email: short(email, :email)
      )
    end

    # Deletes a unqualified lead: it goes into the bin, from where it can be restored.
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

    # Gives all unqualified leads that fit as one file. It is CSV, XLSX, or NDJSON with a record of the list
    #   on each line. It takes the filters and the order of the list. Export has more.
    #
    # @param file [String, Pathname, IO] the path of a file, which is there when it is whole, or what is
    #   open for writing
    # @param format [String] "csv", "xlsx" or "ndjson"; by the end of the path unless given, else "csv"
    # @param fields [Array<String>, String] names of properties, such as "phone.extension" and
    #   "contact_type.date_add"; "*" stands for those that `list` has
    # @param overwrite [Boolean] whether a file that exists is replaced
    # @param sort [String] id, name, creation_date, email.email, phone.number, relevance; id unless given
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

    # Writes up to 1,000 unqualified leads in one call: each item has one to `create`, `update` (as `PUT`
    #   does it), `patch`, `upsert` or `delete`. The call is one operation, which you can undo as a whole.
    #   The server carries out the items in their order. For each one the answer has the `status` and the
    #   `body` that a call of its own would have had. A refused item leaves the others as they are. With
    #   `atomic`, the server writes all items or none: one refused item then refuses the call (422), with
    #   the faults by the number of the item, from 0. An item has the limits of a body, and the whole call
    #   takes 16 MiB.
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

    # Changes all unqualified leads that filters find, at most 1,000 at once and more in the background,
    #   where the answer names the job. Begin with a dry run: its answer has `count`, a `sample`, and
    #   `if_count`, which you send in the header `If-Count` of the call itself. The server refuses the call
    #   without it (428), and when another number of records fits by now (412), so a forgotten filter
    #   changes nothing. The call is one operation, which you can undo. It takes the parameters `filter`,
    #   `q`, `changed_since`; a property goes into a filter: `filter=city_id=213`. Writes shows both calls.
    #   The body has the properties to change, as in the `PATCH` of one record.
    #
    # @param name [String, nil] The name of the unqualified lead, kept as it is written
    # @param city_id [Integer, nil] The city_id of the unqualified lead, the id of one of the cities
    # @param contact_type_id [Integer, nil] The contact_type_id of the unqualified lead, the id of one of
    #   the contact types
    # @param custom_data [String, Hash, Array, nil] A JSON formatted string containing extra fields, as that
    #   of a lead. Answers have it where `fields` asks for it
    # @param unqualified_lead_opt_in [Hash, nil] What the person consents to, in bodies only, such as
    #   `{"email":true,"sms":false}`: each consent that is given is noted, and where it is not given, an
    #   earlier one is withdrawn. Consents shows what is noted: `{sms:, email:, enviroment:, environment:}`
    # @param phone [String, Hash, UnqualifiedLead::Phone, nil] The phone object of the unqualified lead, in
    #   bodies as that of a lead; answers have its number alone: its number alone, `{extension:, number:}`,
    #   or `{id:}` of one that is there
    # @param email [String, Hash, UnqualifiedLead::Email, nil] The email object of the unqualified lead, in
    #   bodies as that of a lead: its email alone, `{email:}`, or `{id:}` of one that is there
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
      contact_type_id: ABSENT,
      custom_data: ABSENT,
      unqualified_lead_opt_in: ABSENT,
      phone: ABSENT,
      email: ABSENT,
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
          contact_type_id:,
          custom_data:,
          unqualified_lead_opt_in:,
          phone: short(phone, :number),
          email: short(email, :email),
          dry_run:,
          if_count:
        },
        flags: %w[unqualified_lead_opt_in.sms unqualified_lead_opt_in.email dry_run]
      ) { |envelope| envelope["data"] }
    end

    # Deletes all unqualified leads that filters find, at most 1,000 at once and more in the background,
    #   where the answer names the job. Begin with a dry run: its answer has `count`, a `sample`, and
    #   `if_count`, which you send in the header `If-Count` of the call itself. The server refuses the call
    #   without it (428), and when another number of records fits by now (412), so a forgotten filter
    #   changes nothing. The call is one operation, which you can undo. It takes the parameters `filter`,
    #   `q`, `changed_since`; a property goes into a filter: `filter=city_id=213`. Writes shows both calls.
    #   The records go into the bin.
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

    # Retrieves the changes of a specific Unqualified lead, the newest first. Each has the values of the
    #   properties before and after it. A deleted record has its history for as long as the server keeps it.
    #   The server has none of a record that was removed for good or erased (404).
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

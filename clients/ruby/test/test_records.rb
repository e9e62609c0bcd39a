# frozen_string_literal: true

require_relative "helper"

class RecordsTest < ClosumTest
  FULL = LEAD.merge("email" => { "id" => 4, "email" => "sylvia@example.com" }, "new_key" => { "a" => 1 }).freeze
  PHONE = { "id" => 2, "extension" => "001", "number" => "517", "is_valid" => 1,
            "date_add" => "2018-01-01T12:00:00+02:00" }.freeze

  def retrieved(data = FULL, &call)
    call ||= ->(client) { client.leads.retrieve(1) }
    record = nil
    scripted(ok(data)) { |client, _| record = call.call(client) }
    record
  end

  def phone(**change) = retrieved(PHONE.merge(change.transform_keys(&:name))) { |client| client.phones.retrieve(2) }

  def test_values_have_the_types_of_their_declaration
    lead = retrieved
    assert_equal [1, "Sylvia", 40, nil, nil], [lead.id, lead.name, lead.city_id, lead.custom_data, lead.phone]
    assert_equal Time.utc(2018, 1, 1, 10), lead.creation_date
    assert_predicate lead.creation_date, :utc?
    assert_equal [4, "sylvia@example.com"], [lead.email.id, lead.email.email]
  end

  def test_flags_are_true_or_false
    assert_equal [true, true], [phone.is_valid, phone.valid?]
    assert_equal [false, false], [phone(is_valid: 0).is_valid, phone(is_valid: false).valid?]
    assert_nil phone(is_valid: nil).is_valid
    assert_equal Time.utc(2018, 1, 1, 10), phone.date_add
  end

  def test_a_nested_record_of_a_list_has_no_id
    scripted(page(LEAD)) do |client, _|
      assert_equal({ id: nil, email: "sylvia@example.com" }, client.leads.list.first.email.to_h)
    end
  end

  def test_records_are_equal_by_their_values
    assert_equal retrieved, retrieved
    assert_equal 1, [retrieved, retrieved].uniq.size
    refute_equal retrieved, retrieved(FULL.merge("name" => "Other"))
    refute_equal retrieved, 1
    refute_equal retrieved.email, Closum::Email.new(id: 4, email: "sylvia@example.com", status: 1, register_date: nil)
  end

  def test_a_record_shows_the_beginning_of_long_texts
    lead = retrieved(FULL.merge("name" => "x" * 60, "custom_data" => "[\"#{"y" * 60_000}\"]",
                                "phone" => { "extension" => "00351", "number" => "912 341" }))
    assert_includes lead.inspect, " name=\"#{"x" * 60}\", "
    assert_includes lead.inspect, ", custom_data=\"[\\\"#{"y" * 57}…\", "
    assert_includes lead.inspect, ", phone=\"00351 912 341\">"
  end

  def test_custom_is_the_value_of_custom_data
    { nil => nil, "null" => nil, "{}" => {}, "{\"a\":[1,1.5,\"ł\",null,true]}" => { "a" => [1, 1.5, "ł", nil, true] },
      "[]" => [], "7" => 7, "\"text\"" => "text" }.each do |text, value|
      lead = retrieved(FULL.merge("custom_data" => text))
      value.nil? ? assert_nil(lead.custom) : assert_equal(value, lead.custom)
      text.nil? ? assert_nil(lead.custom_data) : assert_equal(text, lead.custom_data)
    end
  end

  def test_records_never_change
    assert_predicate retrieved, :frozen?
    assert_raises(NoMethodError) { retrieved.public_send(:name=, "x") }
  end

  def test_records_show_what_they_have
    lead = retrieved
    assert_equal({ id: 4, email: "sylvia@example.com" }, lead.to_h[:email])
    assert_equal "#<Closum::Lead::Email id=4, email=\"sylvia@example.com\">", lead.email.inspect
    assert_equal "#<Closum::Lead id=1, name=\"Sylvia\", creation_date=2018-01-01T10:00:00Z, city_id=40, " \
                 "email=\"sylvia@example.com\">", lead.inspect
    assert_equal lead.inspect, lead.to_s
    case lead
    in { name: String => name, email: { email: } }
      assert_equal ["Sylvia", "sylvia@example.com"], [name, email]
    end
  end
end

class BodiesTest < ClosumTest
  def sent(answer = ok([]))
    body = nil
    scripted(answer) do |client, server|
      yield client
      body = server.seen.last.json
      assert_equal "application/json", server.seen.last.headers["content-type"]
    end
    body
  end

  def test_what_is_absent_is_not_sent_and_nil_is
    assert_equal({ "city_id" => nil }, sent { |client| client.leads.update(1, city_id: nil) })
    assert_empty(sent { |client| client.leads.update(1) })
    assert_equal({ "name" => "É" }, sent(created) { |client| client.leads.create(name: "É") })
  end

  def test_custom_data_may_be_text_an_object_or_an_array
    ['{"a":1}', { "a" => 1 }, [1, nil]].each do |value|
      assert_equal value, sent(created) { |client| client.leads.create(custom_data: value) }["custom_data"]
    end
  end

  def test_a_nested_record_may_be_a_hash_or_a_record
    email = Closum::Lead::Email.new(id: 4, email: "sylvia@example.com")
    body = sent { |client| client.leads.update(1, email: email, phone: { number: "5" }) }
    assert_equal({ "email" => { "id" => 4, "email" => "sylvia@example.com" }, "phone" => { "number" => "5" } }, body)
  end

  def test_a_whole_record_may_be_given_as_it_came
    email = Closum::Email.new(id: 4, email: "a@example.com", status: 1, register_date: Time.utc(2026, 1, 1))
    expected = { "id" => 4, "email" => "a@example.com", "status" => 1, "register_date" => "2026-01-01T00:00:00Z" }
    assert_equal expected, sent { |client| client.leads.update(1, email: email) }["email"]
  end

  def test_the_times_of_nested_records_are_text_too
    email = Closum::Email.new(id: 4, email: "a@example.com", status: 1, register_date: Time.utc(2026, 1, 1))
    lead = Closum::Lead.new(id: 1, name: nil, creation_date: Time.utc(2026, 1, 2), city_id: nil, custom_data: nil,
                            email: email, phone: nil)
    [sent(created) { |client| client.leads.create(custom_data: { "of" => lead }) }["custom_data"]["of"],
     sent { |client| client.leads.update(1, custom_data: [lead]) }["custom_data"].first].each do |body|
      assert_equal "2026-01-02T00:00:00Z", body["creation_date"]
      assert_equal ["a@example.com", "2026-01-01T00:00:00Z"], body["email"].values_at("email", "register_date")
    end
  end

  def test_records_may_stand_anywhere
    email = Closum::Lead::Email.new(id: 4, email: "sylvia@example.com")
    body = sent(created) { |client| client.request("POST", "/api/note", json: { to: [email] }) }
    assert_equal({ "to" => [{ "id" => 4, "email" => "sylvia@example.com" }] }, body)
  end

  def test_text_is_sent_as_utf8
    ["É", "É".b, "É".encode("ISO-8859-1"), "É".encode("UTF-16LE")].each do |name|
      assert_equal({ "name" => "É" }, sent(created) { |client| client.leads.create(name: name) })
    end
  end

  def test_what_cannot_be_sent_is_an_argument_error_that_does_not_show_it
    circle = {}.tap { |hash| hash["a"] = hash }
    deep = 200.times.inject(1) { |inner, _| [inner] }
    wrong = ["s3cret\xff", "s3cret\xff".b, Float::NAN, -Float::INFINITY, deep, circle, Object.new, :s3cret,
             1r, 1..2, { 1 => 2 }, { "s3cret\xff" => 1 }, [[Object.new]]]
    scripted do |client, server|
      wrong.each do |value|
        error = assert_raises(ArgumentError, value.class.name) { client.leads.create(custom_data: value) }
        refute_match(/s3cret/, error.message)
        assert_nil error.cause
      end
      assert_empty server.seen
    end
  end

  def test_times_and_days_are_sent_as_text_wherever_they_stand
    time = Time.new(2026, 1, 31, 17, 0, 0, "+01:00")
    body = sent(created) { |client| client.tasks.create(lead_id: 1, text: "Call", due: time, done: true) }
    assert_equal ["2026-01-31T17:00:00+01:00", true], body.values_at("due", "done")
    body = sent { |client| client.tasks.patch(1, due: Date.new(2026, 1, 31), done: DateTime.new(2026, 1, 31, 9)) }
    assert_equal({ "due" => "2026-01-31", "done" => "2026-01-31T09:00:00+00:00" }, body)
    items = sent { |client| client.leads.batch(items: [{ custom_data: { at: [time.utc] } }]) }["items"]
    assert_equal [{ "custom_data" => { "at" => ["2026-01-31T16:00:00Z"] } }], items
  end

  def test_what_json_can_nest_is_sent
    deep = 99.times.inject(1) { |inner, _| [inner] }
    assert_equal deep, sent(created) { |client| client.leads.create(custom_data: deep) }["custom_data"]
  end

  def test_what_is_required_is_a_required_argument
    scripted do |client, _|
      assert_raises(ArgumentError) { client.emails.create }
      assert_raises(ArgumentError) { client.phones.create(extension: "351") }
      assert_raises(ArgumentError) { client.leads.create(nme: "Sylvia") }
    end
  end

  def test_an_id_is_a_number
    scripted do |client, _|
      [nil, "", "1/2", "../token", 1.5, 1.0, -1, 0, "0", "-1", " 1", "1\n", "1.0", "١", "1" * 20, true,
       Object.new].each do |id|
        assert_raises(ArgumentError, id.inspect) { client.leads.retrieve(id) }
        assert_raises(ArgumentError, id.inspect) { client.leads.update(id, name: "x") }
      end
    end
  end

  def test_an_id_may_be_its_digits
    scripted(ok(LEAD), ok([])) do |client, server|
      assert_equal 1, client.leads.retrieve("01").id
      assert_nil client.leads.update("12", name: "Ana")
      assert_equal ["GET /api/lead/1", "PUT /api/lead/12"], server.requests
    end
  end

  def test_an_address_or_a_number_stands_for_the_record
    body = sent(created) { |client| client.leads.create(email: "ana@example.com", phone: "+351 912 340 999") }
    assert_equal({ "email" => { "email" => "ana@example.com" }, "phone" => { "number" => "+351 912 340 999" } }, body)
    body = sent { |client| client.leads.update(1, email: "", phone: nil) }
    assert_equal({ "email" => { "email" => "" }, "phone" => nil }, body)
    assert_equal({ "email" => "ana@example.com" }, sent(created) { |client| client.emails.create(email: "ana@example.com") })
  end

  def test_cities_can_only_be_read
    scripted { |client, _| assert_equal %i[list retrieve select], client.cities.public_methods(false).sort - [:inspect] }
  end
end

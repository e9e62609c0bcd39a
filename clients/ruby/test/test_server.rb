# frozen_string_literal: true

require "stringio"
require "tmpdir"
require_relative "real_server"

# Against a server of closum, in an account that begins empty.
class ServerTest < RealServerTest
  def test_a_lead_from_beginning_to_end
    id = client.leads.create(name: "Sylvia L. Hook", email: { email: "sylvialhook@closum.com" },
                             phone: { extension: "001", number: "517-388-1452" })
    lead = client.leads.retrieve(id)
    assert_equal [id, "Sylvia L. Hook", nil, nil], [lead.id, lead.name, lead.city_id, lead.custom_data]
    assert_in_delta Time.now, lead.creation_date, 120
    assert_equal "sylvialhook@closum.com", client.emails.retrieve(lead.email.id).email
    assert_equal "517-388-1452", client.phones.retrieve(lead.phone.id).number

    assert_nil client.leads.update(id, city_id: 213, custom_data: { "a" => [1, nil] }, phone: nil)
    changed = client.leads.retrieve(id)
    assert_equal ["Sylvia L. Hook", 213, nil], [changed.name, changed.city_id, changed.phone]
    assert_equal '{"a":[1,null]}', changed.custom_data
    client.leads.update(id, custom_data: nil, email: client.emails.retrieve(lead.email.id))
    assert_equal [nil, lead.email], [client.leads.retrieve(id).custom_data, client.leads.retrieve(id).email]
  end

  def test_a_file_is_imported_and_taken_back
    Dir.mktmpdir do |folder|
      path = File.join(folder, "feira.csv")
      File.write(path, "Nome,E-mail,Telefone\nImportada,importada@example.pt,912 345 678\nRui,rui@@b.pt,\n")
      tried = client.imports.run(path, dry_run: true, country: "PT", match: "email")
      assert_equal ["ready", true, 1, ["email"]], [tried.phase, tried.is_dry_run, tried.counts["created"], tried.match]
      client.imports.start(tried.id, sha256: tried.file["sha256"])
      done = client.imports.wait(tried.id)
      assert_equal ["done", 1, 1], [done.phase, done.counts["created"], done.counts["faulty"]]
      assert_equal(["Importada"], client.leads.list(where: { email: "importada@example.pt" }).map(&:name))
      assert_includes client.imports.list.map(&:id), done.id
      faults = StringIO.new(+"")
      size = client.imports.faults(done.id, faults).size
      assert_equal faults.string.bytesize, size
      assert_includes faults.string, "rui@@b.pt"
      assert_raises(ArgumentError) { client.imports.faults(done.id, path) }
      client.operations.undo(done.operation)
      assert_empty client.leads.list(where: { email: "importada@example.pt" }).to_a
      client.bin.list.each { |entry| client.bin.purge(entry.id) }
    end
  end

  def test_a_patch_merges_and_a_write_may_return_the_record
    lead = client.leads.create(name: "Ana", custom_data: { a: 1, b: { c: 2 } }, returning: true)
    assert_equal [client.leads.retrieve(lead.id), client.leads.retrieve(lead.id).etag], [lead, lead.etag]
    assert_nil client.leads.patch(lead.id, custom_data: { a: nil, b: { d: 3 } })
    changed = client.leads.retrieve(lead.id)
    assert_equal({ "b" => { "c" => 2, "d" => 3 } }, changed.custom)
    patched = client.leads.patch(lead.id, name: "Eva", if_match: changed.etag, returning: true)
    updated = client.leads.update(lead.id, city_id: 213, if_match: patched.etag, returning: true)
    assert_equal ["Eva", 213, changed.custom], [updated.name, updated.city_id, updated.custom]
    assert_raises(Closum::PreconditionFailed) { client.leads.patch(lead.id, name: "x", if_match: lead.etag) }
    account = client.account.update(country: "PT", returning: true)
    assert_equal [client.account.retrieve.etag, "PT"], [account.etag, account.country]
    assert_equal account, client.account.patch(returning: true)
  end

  def test_an_export
    client.leads.create(name: "Exported Ana")
    io = StringIO.new(+"")
    done = client.leads.export(io, fields: "name", q: "exported", changed_since: "-1d")
    assert_equal ["\xEF\xBB\xBFname\r\nExported Ana\r\n".b, io.string.bytesize], [io.string.b, done.size]
    assert_raises(Closum::BadRequest) { client.leads.export(StringIO.new, filter: "nobody=1") }
  end

  def test_a_lead_that_may_be_there
    new = { email: "upsert@example.com", custom_data: { order: 7 } }
    made = client.leads.upsert(match: "email", name: "Ana", **new)
    assert_equal "created", made.result
    found = client.leads.upsert(match: "custom_data.order", name: "Rui", **new)
    assert_equal Closum::Upserted.new(id: made.id, result: "updated"), found
    assert_equal "skipped", client.leads.upsert(match: "email", on_match: "skip", name: "Eva", **new).result
    assert_equal "unchanged", client.leads.upsert(match: "id", id: made.id.to_s, name: "Rui").result
    assert_equal "Rui", client.leads.retrieve(made.id).name
    assert_raises(Closum::NotFound) { client.leads.upsert(match: "id", id: 999, name: "Eva") }
    assert_raises(ArgumentError) { client.leads.upsert(match: "id", id: "x") }
    assert_raises(ArgumentError) { client.leads.upsert(name: "Eva") }
  end

  def test_many_leads_take_values_as_one_does
    id = client.leads.create(name: "Ana")
    values = { filter: ["id=#{id}", "name~=Ana"], email: "many@example.com", phone: "+351 912 340 998" }
    tried = client.leads.patch_many(**values, dry_run: true)
    assert_equal 1, client.leads.patch_many(**values, if_count: tried["if_count"])["changed"]
    lead = client.leads.retrieve(id)
    assert_equal ["many@example.com", "00351"], [lead.email.email, lead.phone.extension]
    assert_raises(Closum::PreconditionRequired) { client.leads.delete_many(filter: "id=#{id}") }
  end

  def test_a_deletion_and_a_change_are_taken_back
    lead = client.leads.create(name: "Ana")
    client.leads.update(lead, name: "Rui")
    change = client.operations.list(limit: 1).first
    assert_equal [{ id: lead, properties: ["name"] }],
                 (client.operations.retrieve(change.id).records.map { |one| one.to_h.slice(:id, :properties) })
    client.leads.delete(lead)
    entry = client.bin.list(resource: "lead", record_id: lead).first
    assert_equal [lead, "Rui"], [entry.record_id, entry.record["name"]]
    assert_equal entry, client.bin.retrieve(entry.id)
    assert_equal [lead, []], [client.bin.restore(entry.id).id, client.bin.list.to_a]
    assert_empty client.operations.undo(change.id, dry_run: true).left
    assert_equal "Rui", client.leads.retrieve(lead).name
    client.operations.undo(change.id)
    assert_equal "Ana", client.leads.retrieve(lead).name
    client.leads.delete(lead)
    client.bin.purge(client.bin.list.first.id)
    assert_empty client.bin.list.to_a
    refute_includes client.jobs.list.map(&:kind), "undo"
    assert_raises(Closum::NotFound) { client.jobs.wait("undo-1") }
  end

  def test_custom_data_that_is_text_is_kept_as_it_is
    id = client.leads.create(name: "Rui", custom_data: '{ "a" : 1 }')
    assert_equal '{ "a" : 1 }', client.leads.retrieve(id).custom_data
  end

  def test_an_email_and_a_phone
    email = client.emails.create(email: "rui@example.com")
    client.emails.update(email, email: "rui.a@example.com")
    assert_equal ["rui.a@example.com", 1], [client.emails.retrieve(email).email, client.emails.retrieve(email).status]
    phone = client.phones.create(extension: "00351", number: "912345678")
    assert_predicate client.phones.retrieve(phone), :valid?
    client.phones.update(phone, number: "1")
    refute client.phones.retrieve(phone).is_valid
  end

  def test_a_lead_is_worked
    user = own_id
    stage = client.contact_lifecycle_stages.create(label: "Demo", position: 5)
    newsletter = client.audience_lists.create(name: "Newsletter")
    rule = client.assignment_rules.create(source: "ruby fair", user_ids: [user])
    lead = client.leads.create(name: "Ana", contact_lifecycle_stage_id: stage, source: "ruby fair",
                               lead_opt_in: { email: true })
    first = client.lead_audience_lists.create(lead_id: lead, audience_list_id: newsletter)
    assert_equal first, client.lead_audience_lists.create(lead_id: lead, audience_list_id: newsletter)
    note = client.notes.create(lead_id: lead, kind: "call", text: "Wants an **offer**")
    assert_equal [note], client.notes.list(filter: ["kind=call", "lead_id=#{lead}"]).map(&:id)
    shown = client.leads.select(%w[owner_id source consent_email first_contact], filter: "id=#{lead}").first
    assert_equal [user, "ruby fair", "given"], shown.values_at("owner_id", "source", "consent_email")
    assert shown["first_contact"]
    assert_equal(["email"], client.consents.list(filter: "lead_id=#{lead}").map(&:channel))
    assert_equal(["Demo"], client.leads.stages(lead).map { |one| one["label"] })
    assert_equal [user], client.assignment_rules.retrieve(rule).user_ids
  end

  def test_a_task_has_times_as_people_have_them
    lead = client.leads.create(name: "Ana")
    task = client.tasks.create(lead_id: lead, text: "Send it", due: Time.utc(2026, 1, 31, 17))
    open = client.tasks.list(filter: ["due<=2026-01-31", "done=", "lead_id=#{lead}"])
    assert_equal([Time.utc(2026, 1, 31, 17)], open.map(&:due))
    assert client.tasks.patch(task, done: true, returning: true).done
    moved = client.tasks.update(task, due: Date.new(2026, 2, 1), done: false, returning: true)
    assert_equal [Time.utc(2026, 2, 1, 23, 59, 59), nil], [moved.due, moved.done]
    assert_equal moved.due, Time.iso8601(client.leads.retrieve(lead, fields: "next_due")["next_due"])
  end

  def test_reports_and_who_is_no_lead_yet
    before = client.reports.leads(by: "stage").total
    client.leads.create(name: "Ana", contact_lifecycle_stage_id: 3)
    assert_equal before + 1, client.reports.leads(by: "stage").total
    assert_operator client.reports.funnel.rows.find { |row| row.contact_lifecycle_stage_id == 3 }.entered, :>=, 1
    assert_operator client.reports.first_contact.leads, :>, before
    kind = client.contact_types.create(label: "Cliente")
    found = client.unqualified_leads.create(name: "Rui", contact_type_id: kind)
    assert_equal kind, client.unqualified_leads.retrieve(found).contact_type_id
  end

  # The id of the user who is signed in: whose the tasks are that they make.
  def own_id
    lead = client.leads.create(name: "Rui")
    client.tasks.create(lead_id: lead, text: "Call", returning: true).user_id
  end

  def test_leads_are_found
    ana = client.leads.create(name: "Ana Sílvia", email: "ana@example.com", city_id: 213,
                              custom_data: { "source" => "fair", "a>=b" => "x" })
    rui = client.leads.create(name: "Rui", phone: "+351 912 340 999")
    assert_equal [ana], client.leads.list(where: { email: "ANA@example.com" }).map(&:id)
    assert_equal [rui], client.leads.list(where: { phone: "+351912340999", city_id: nil }).map(&:id)
    assert_equal [ana], client.leads.list(where: { "custom_data.a>=b" => "x" }, q: "silv an").map(&:id)
    assert_equal [ana, rui], client.leads.list(filter: ["creation_date>=today", "id>=#{ana}"], cursor: "", limit: 1, count: false).map(&:id)
    assert_equal [{ "id" => ana, "city" => { "city_name" => "Abrantes" } }],
                 client.leads.select(%w[id city.city_name], q: "abrantes", filter: "id>=#{ana}").to_a
    assert_equal({ "name" => "Ana Sílvia", "city" => { "city_name" => "Abrantes" } },
                 client.leads.retrieve(ana, fields: %w[name city.city_name]))
    position = client.changes.now
    client.leads.update(rui, name: "Rui Costa")
    assert_includes client.leads.list(changed_since: position).map(&:id), rui
    refute_includes client.leads.list(changed_since: position).map(&:id), ana
    assert_empty client.leads.list(changed_since: Time.utc(2100)).to_a
    [{ filter: "nane=Ana" }, { where: { limit: 1 } }, { q: "" }, { changed_since: "soon" }].each do |wrong|
      assert_raises(Closum::BadRequest, wrong.inspect) { client.leads.list(**wrong).to_a }
    end
  end

  def test_lists_have_all_their_pages
    emails = Array.new(7) { |number| "list#{number}@example.com" }
    emails.each { |email| client.emails.create(email: email) }
    listed = client.emails.list(limit: 3, sort: "email", direction: "desc").map(&:email) & emails
    assert_equal emails.reverse, listed
    page = client.emails.list(limit: 3, page: 2).first_page
    assert_equal [2, 3, true], [page.pagination.current_page, page.pagination.limit, page.pagination.has_prev_page]
    assert_operator page.pagination.count, :>=, 7
    assert_equal client.emails.retrieve(page.first.id), page.first
  end

  def test_a_lead_of_a_list_is_whole
    id = client.leads.create(name: "Ana", city_id: 1, phone: { extension: "351", number: "912345671" })
    lead = client.leads.list.find { |one| one.id == id }
    assert_equal({ id: nil, extension: "351", number: "912345671" }, lead.phone.to_h)
    assert_equal [id, "Ana", 1, nil], lead.to_h.values_at(:id, :name, :city_id, :custom_data)
  end

  def test_cities
    cities = client.cities.list(limit: 1000).to_a
    assert_equal [308, "Abrantes", 213], [cities.size, cities.first.city_name, cities.first.id]
    assert_equal cities.first, client.cities.retrieve(213)
    assert_equal 308, client.cities.list(limit: 100).map(&:id).uniq.size
  end

  def test_faults_are_told
    error = assert_raises(Closum::Invalid) { client.leads.create(city_id: 999_999, phone: { number: "5" }) }
    assert_equal %w[city_id phone], error.errors.keys.sort & %w[city_id phone]
    assert_match(/phone\.extension: This field is required/, error.message)
    assert_match(/\A\h{8}/, error.request_id.delete("-"))
    assert_raises(Closum::NotFound) { client.leads.retrieve(999_999) }
    assert_raises(Closum::NotFound) { client.leads.list(page: 999).first }
    assert_raises(Closum::BadRequest) { client.leads.list(sort: "nothing").first }
    assert_raises(Closum::MethodNotAllowed) { client.request("PUT", "/api/lead") }
    assert_raises(Closum::ContentTooLarge) { client.request("POST", "/api/lead", json: { name: "x" * 2_000_000 }) }
  end

  def test_a_wrong_password_and_a_wrong_token
    wrong = Closum::Client.new(URL, email: EMAIL, password: "wrong password")
    assert_match(/wrong password/, assert_raises(Closum::Unauthorized) { wrong.cities.retrieve(1) }.message)
    wrong = Closum::Client.new(URL, token: "your.bearer.token")
    assert_raises(Closum::Unauthorized) { wrong.cities.retrieve(1) }
  end

  def test_a_token_of_ones_own
    token = client.request("POST", "/api/token", json: { email: EMAIL, password: PASSWORD })["data"]["token"]
    assert_equal "Abrantes", Closum::Client.new("#{URL}/", token: token).cities.retrieve(213).city_name
  end

  def test_threads_share_a_client
    ids = Array.new(8) { |number| Thread.new { client.leads.create(name: "Thread #{number}") } }.map(&:value)
    assert_equal 8, ids.uniq.size
    names = ids.map { |id| Thread.new { client.leads.retrieve(id).name } }.map(&:value)
    assert_equal Array.new(8) { |number| "Thread #{number}" }, names
  end

  def test_a_client_that_waited_longer_than_the_server_goes_on
    client.cities.retrieve(1)
    client.close
    assert_equal 1, client.cities.retrieve(1).id
  end
end

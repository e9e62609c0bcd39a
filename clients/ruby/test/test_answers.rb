# frozen_string_literal: true

require_relative "helper"

class AnswersTest < ClosumTest
  CLASSES = {
    400 => Closum::BadRequest, 401 => Closum::Unauthorized, 403 => Closum::Forbidden, 404 => Closum::NotFound,
    405 => Closum::MethodNotAllowed, 413 => Closum::ContentTooLarge, 415 => Closum::UnsupportedMediaType,
    412 => Closum::PreconditionFailed, 422 => Closum::Invalid, 428 => Closum::PreconditionRequired, 429 => Closum::TooManyRequests, 503 => Closum::ServiceUnavailable
  }.freeze

  def refused(answer, expected = Closum::Error, &call)
    call ||= ->(client) { client.leads.retrieve(1) }
    error = nil
    scripted(answer, retries: 0) { |client, _| error = assert_raises(expected) { call.call(client) } }
    error
  end

  def test_each_status_has_its_class
    CLASSES.each do |status, expected|
      error = refused(refusal(status, "No"))
      assert_instance_of expected, error
      assert_kind_of Closum::ApiError, error
      assert_equal status, error.status
    end
  end

  def test_other_statuses_have_the_class_above_them
    assert_instance_of Closum::ApiError, refused(refusal(414))
    assert_instance_of Closum::ServerError, refused(refusal(500))
    assert_kind_of Closum::ServerError, refused(refusal(503))
    assert_kind_of Closum::Error, refused(refusal(599))
  end

  def test_an_error_says_what_was_asked_and_where_the_log_has_it
    error = refused(refusal(404, "Not Found", headers: { "X-Request-Id" => "abc" }))
    assert_match(%r{\A404 Not Found \(GET http://127.0.0.1:\d+/api/lead/1, request abc\)\z}, error.message)
    assert_equal "abc", error.request_id
    assert_match(%r{\Ahttp://127.0.0.1:\d+/api/lead/1\z}, error.url)
    assert_equal "Not Found", error.server_message
    assert_empty error.errors
    assert_nil error.retry_after
  end

  def test_the_id_for_the_log_may_stand_in_the_body
    assert_match(/, request abc\)\z/, refused(refusal(500, request_id: "abc"), Closum::ServerError).message)
  end

  def test_what_is_not_there_may_have_gone_into_another
    error = refused(refusal(404, "The lead 1 went into the lead 7", merged_into: 7), Closum::NotFound)
    assert_equal 7, error.merged_into
    assert_nil refused(refusal(404, "Not Found", merged_into: "7"), Closum::NotFound).merged_into
    assert_nil refused(refusal(404), Closum::NotFound).merged_into
  end

  def test_an_invalid_one_lists_its_faults
    errors = { "name" => { "_scalar" => "Text" }, "phone" => { "number" => { "_required" => "Needed", "_x" => "No" } } }
    error = refused(refusal(422, "3 faults", errorCount: 3, errors: errors), Closum::Invalid)
    assert_equal errors, error.errors
    assert_match(/\A422 3 faults: name: Text; phone.number: Needed; phone.number: No \(/, error.message)
    assert_equal "3 faults", error.server_message
  end

  def test_html_is_not_an_answer
    error = refused([200, "<html>Welcome"], Closum::UnexpectedAnswer)
    assert_match(%r{\AGET http://127.0.0.1:\d+/api/lead/1: the answer \(200, text/html\) is not JSON\z}, error.message)
    assert_equal [200, "text/html"], [error.status, error.content_type]
    assert_match(%r{/api/lead/1\z}, error.url)
    assert_nil error.cause
  end

  def test_an_error_says_when_to_try_again
    [429, 503].each do |status|
      error = refused(refusal(status, "Later", headers: { "Retry-After" => 840 }), Closum::ApiError)
      assert_match(/\A#{status} Later; try again in 840 s \(GET /, error.message)
      assert_equal ["Later", 840], [error.server_message, error.retry_after]
    end
  end

  def test_what_a_proxy_says_by_its_status_is_understood
    expected = CLASSES.slice(401, 429, 503).merge(502 => Closum::ServerError, 504 => Closum::ServerError)
    expected.to_a.product(["<html>", { error: "x" }, [], "\xff".b]).each do |(status, kind), body|
      error = refused([status, body])
      assert_instance_of kind, error
      assert_match(%r{\A#{status} from something before closum \(GET http://.*/api/lead/1\)\z}, error.message)
      assert_equal [status, nil, {}], [error.status, error.server_message, error.errors]
    end
  end

  def test_other_html_of_a_proxy_is_not_an_answer_whatever_its_status
    [400, 403, 404, 413, 500].each do |status|
      assert_equal status, refused([status, "<html>"], Closum::UnexpectedAnswer).status
    end
  end

  def test_json_of_another_shape_is_not_an_answer
    shapes = [[], nil, 1, "text".to_json, {}, { success: true }, { success: false, data: {} }, { data: LEAD }]
    shapes.each { |shape| refused([200, shape], Closum::UnexpectedAnswer) }
    [{}, { success: true, data: {} }, { success: false }, { success: false, data: { message: 1 } }].each do |shape|
      assert_match(/\(404, .*is not an answer of closum/, refused([404, shape], Closum::UnexpectedAnswer).message)
    end
  end

  def test_what_is_no_text_is_not_an_answer
    text = "{\"success\":true,\"data\":\"\xff\"}".b
    assert_match(/is not JSON/, refused([200, text], Closum::UnexpectedAnswer).message)
    refused([200, ("[" * 5000)], Closum::UnexpectedAnswer)
    refused([204, ""], Closum::UnexpectedAnswer)
  end

  def test_what_is_not_http_is_not_an_answer
    listener = TCPServer.new("127.0.0.1", 0)
    thread = Thread.new { listener.accept.tap { |socket| socket.write("SSH-2.0-OpenSSH\r\n\r\n") } }
    client = Closum::Client.new("http://127.0.0.1:#{listener.addr[1]}", token: "tok.en", timeout: 60)
    error = assert_raises(Closum::UnexpectedAnswer) { client.leads.create(name: "Sylvia") }
    assert_match(/is not HTTP/, error.message)
    assert_predicate error, :outcome_unknown?
  ensure
    thread.value.close
    listener.close
  end

  def test_a_redirect_names_its_target_and_is_not_followed
    error = refused([301, "", { "Location" => "https://crm.example.com/api/lead/1" }], Closum::UnexpectedAnswer)
    assert_match(%r{a redirect to "https://crm.example.com/api/lead/1"}, error.message)
    assert_equal 301, error.status
  end

  def test_a_record_without_a_property_names_it
    error = refused(ok(LEAD.except("name")), Closum::UnexpectedAnswer)
    assert_match(%r{the answer \(200, application/json\) is not as expected: "name" is missing\z}, error.message)
  end

  def test_a_record_of_another_shape_says_what_is_wrong
    { LEAD.merge("creation_date" => "yesterday") => '"creation_date" is not a time',
      LEAD.merge("creation_date" => 5) => '"creation_date" is not a time',
      LEAD.merge("email" => "x") => '"email" is not an object',
      LEAD.merge("id" => "1") => '"id" is not a whole number',
      [LEAD] => '"data" is not an object' }.each do |data, fault|
      assert_includes refused(ok(data), Closum::UnexpectedAnswer).message, fault
    end
  end

  def test_another_record_than_the_asked_one_is_not_an_answer
    city = ok({ id: 2, city_name: "Lisboa" })
    error = refused(city, Closum::UnexpectedAnswer) { |client| client.cities.retrieve(1) }
    assert_match(/it has the id 2, not 1, which was asked for\z/, error.message)
  end

  def test_a_pagination_of_other_types_says_what_is_wrong
    good = page(lead(1)).last[:pagination]
    { page_count: "1", current_page: 1.0, has_next_page: 0, has_prev_page: nil, count: true, limit: false }
      .each do |name, value|
        answer = ok([LEAD], pagination: good.merge(name => value))
        error = refused(answer, Closum::UnexpectedAnswer) { |client| client.leads.list.first }
        assert_match(/is not as expected: "#{name}" is (not a whole number|neither true nor false)\z/, error.message)
      end
  end

  def test_a_pagination_may_have_a_limit
    scripted(ok([LEAD], pagination: page(lead(1)).last[:pagination].merge(limit: 5))) do |client, _|
      assert_equal 5, client.leads.list(limit: 5).first_page.pagination.limit
    end
  end

  def test_a_list_of_another_shape_says_what_is_wrong
    [ok(LEAD), ok([LEAD]), ok([1], pagination: {}), ok([], pagination: { count: 1 })].each do |answer|
      refused(answer, Closum::UnexpectedAnswer) { |client| client.leads.list.first }
    end
  end
end

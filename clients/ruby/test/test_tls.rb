# frozen_string_literal: true

require "open3"
require "openssl"
require "tempfile"
require_relative "helper"

class TlsTest < ClosumTest
  KEY = OpenSSL::PKey::EC.generate("prime256v1")

  def test_a_certificate_that_is_trusted_is_good
    certificate = certificate_for("IP:127.0.0.1")
    ScriptedServer.run([ok(LEAD), :drop, ok(LEAD), created(7)], tls: context(certificate)) do |server|
      assert_equal "7", trusting(certificate, <<~RUBY, server)
        2.times { client.leads.retrieve(1) }
        print client.leads.create(name: "Sylvia")
      RUBY
      assert_equal [1, 1, 2, 2], server.seen.map(&:connection)
    end
  end

  def test_a_forked_process_that_closes_leaves_the_connection_to_its_parent
    certificate = certificate_for("IP:127.0.0.1")
    ScriptedServer.run([ok(LEAD)] * 3, tls: context(certificate)) do |server|
      assert_equal "1", trusting(certificate, <<~RUBY, server)
        client.leads.retrieve(1)
        Process.wait(fork { client.close or client.leads.retrieve(1) })
        print client.leads.retrieve(1).id
      RUBY
      assert_equal [1, 2, 1], server.seen.map(&:connection)
      assert_empty server.left
    end
  end

  def test_one_that_is_not_is_no_connection_and_not_tried_again
    ScriptedServer.run([], tls: context(certificate_for("IP:127.0.0.1"))) { |server| refused(server, /certificate/) }
  end

  def test_one_of_another_server_is_not_good
    certificate = certificate_for("DNS:other.example")
    ScriptedServer.run([], tls: context(certificate)) do |server|
      said = trusting(certificate, "client.leads.create(name: 'Sylvia') rescue print $!.inspect", server)
      assert_match(/\A#<Closum::ConnectionFailed: .*no connection: .*hostname[^.]*>\z/, said)
    end
  end

  def test_where_there_is_no_tls_there_is_no_connection
    listener = TCPServer.new("127.0.0.1", 0)
    thread = Thread.new { listener.accept.tap { |socket| socket.write("HTTP/1.1 400 Bad Request\r\n\r\n") } }
    client = Closum::Client.new("https://127.0.0.1:#{listener.addr[1]}", token: "tok.en", retries: 0, timeout: 60)
    error = assert_raises(Closum::ConnectionFailed) { client.leads.create(name: "Sylvia") }
    assert_match(%r{: for a server that speaks plain HTTP the address begins with http://\z}, error.message)
  ensure
    thread.value.close
    listener.close
  end

  private

  def refused(server, message)
    error = assert_raises(Closum::ConnectionFailed) { scripted_client(server).leads.create(name: "Sylvia") }
    assert_match(message, error.message)
    refute_predicate error, :outcome_unknown?
    assert_empty clock.slept
  end

  # What a program prints that trusts this certificate: Ruby reads the list when it starts.
  def trusting(certificate, program, server)
    Tempfile.create("trusted") do |file|
      file.write(certificate.to_pem)
      file.flush
      client = "client = Closum::Client.new(#{server.address.inspect}, token: 't', timeout: 60)"
      command = [RbConfig.ruby, "-w", "-I", File.expand_path("../lib", __dir__), "-r", "closum"]
      said, status = Open3.capture2e({ "SSL_CERT_FILE" => file.path }, *command, "-e", "#{client}\n#{program}")
      assert_predicate status, :success?, said
      said
    end
  end

  def context(certificate)
    OpenSSL::SSL::SSLContext.new.tap { |context| context.add_certificate(certificate, KEY) }
  end

  def certificate_for(name)
    certificate = OpenSSL::X509::Certificate.new
    certificate.version = 2
    certificate.serial = 1
    certificate.subject = certificate.issuer = OpenSSL::X509::Name.parse("/CN=closum test")
    certificate.public_key = KEY
    certificate.not_before = Time.now - 60
    certificate.not_after = Time.now + 3600
    extensions = OpenSSL::X509::ExtensionFactory.new(certificate, certificate)
    certificate.add_extension(extensions.create_extension("basicConstraints", "CA:TRUE", true))
    certificate.add_extension(extensions.create_extension("subjectAltName", name))
    certificate.sign(KEY, "SHA256")
  end
end

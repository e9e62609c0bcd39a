from closum_client.cli import main

main()

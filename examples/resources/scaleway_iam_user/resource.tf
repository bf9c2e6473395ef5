# User

resource "scaleway_iam_user" "example" {
  provider = apikeys

  email              = "jane@example.com"
  username           = "jane"
  first_name         = "Jane"
  last_name          = "Doe"
  send_welcome_email = true
}

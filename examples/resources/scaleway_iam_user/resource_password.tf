# Users with a first password

variable "first_passwords" {
  description = "First passwords by username."
  type        = map(string)
  sensitive   = true
}

resource "scaleway_iam_user" "team" {
  provider = apikeys

  for_each = nonsensitive(toset(keys(var.first_passwords)))

  email    = "${each.key}@example.com"
  username = each.key
  password = var.first_passwords[each.key]
  tags     = ["team-web"]
}

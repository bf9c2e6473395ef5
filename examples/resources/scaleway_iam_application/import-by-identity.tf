import {
  provider = apikeys

  to = scaleway_iam_application.example
  identity = {
    id = "11111111-2222-3333-4444-555555555555"
  }
}

import {
  provider = apikeys

  to = scaleway_iam_api_key.example
  identity = {
    id = "SCWXXXXXXXXXXXXXXXXX"
  }
}

import {
  provider = apikeys

  to = aws_api_gateway_api_key.example
  identity = {
    id = "a1b2c3d4e5"

    # Optional
    # region     = "eu-west-1"
    # account_id = "123456789012"
  }
}

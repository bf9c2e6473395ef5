import {
  provider = apikeys

  to = aws_api_gateway_api_key.example
  id = "a1b2c3d4e5"
}

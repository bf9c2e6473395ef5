# The id of the key.
terraform import aws_api_gateway_api_key.example a1b2c3d4e5

# A key in another region than the provider's: id@region.
terraform import aws_api_gateway_api_key.chosen f6g7h8i9j0@us-east-1

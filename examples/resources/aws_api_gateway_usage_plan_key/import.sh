# The IDs of plan and key: usage-plan-id/key-id.
terraform import aws_api_gateway_usage_plan_key.billing u1v2w3/a1b2c3d4e5

# In another region than the provider's: usage-plan-id/key-id@region.
terraform import aws_api_gateway_usage_plan_key.rotated u1v2w3/f6g7h8i9j0@us-east-1

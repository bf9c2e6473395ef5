terraform {
  required_providers {
    aws = {
      source = "apikeys/aws"
    }
  }
}

# Credentials come from the environment in this example.
provider "aws" {
  region = "eu-west-1"

  default_tags {
    tags = {
      Team = "billing"
    }
  }
}

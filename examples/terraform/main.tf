# The whole stack as one resource of Terraform's: docs/terraform.md goes through it.
terraform {
  required_version = ">= 1.5"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }
  }
}

provider "aws" {
  region = var.region
}

# The template as `go tool task package` wrote it, beside the functions' packages. It is too large
# to be handed over as a body.
resource "aws_s3_object" "template" {
  bucket = local.bucket
  key    = "terraform/${filesha256(var.packaged)}.yaml" # another template is another address, and so an update
  source = var.packaged
}

locals {
  # The packaging bucket, as the packaged template names it.
  bucket = regex("s3://([^/\\s]+)/", file(var.packaged))[0]
}

resource "aws_cloudformation_stack" "quarantine" {
  name         = var.stack
  template_url = "https://${local.bucket}.s3.${var.region}.amazonaws.com/${aws_s3_object.template.key}"

  # The template makes roles, and is in AWS's Serverless form.
  capabilities = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]

  # What is not named here has the template's default: docs/parameters.md.
  parameters = {
    AlertEmail      = var.alert_email
    OperationsEmail = var.operations_email
    Architecture    = var.architecture
    ReleaseMode     = var.release_mode

    # Names of SSM parameters. Terraform does not see what they hold, nor does its state.
    PolicyParameter       = var.policy_parameter
    SlackWebhookParameter = var.slack_webhook_parameter
    ApprovalKeyParameter  = var.approval_key_parameter
  }

  timeouts {
    create = "20m"
    update = "20m"
    delete = "20m"
  }
}

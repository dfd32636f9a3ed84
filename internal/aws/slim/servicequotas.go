package slim

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/servicequotas"
)

// ServiceQuotas has the operations of Service Quotas that are called.
type ServiceQuotas struct {
	getAWSDefaultServiceQuota operation[servicequotas.GetAWSDefaultServiceQuotaInput, servicequotas.GetAWSDefaultServiceQuotaOutput, servicequotas.Options]
	getServiceQuota           operation[servicequotas.GetServiceQuotaInput, servicequotas.GetServiceQuotaOutput, servicequotas.Options]
}

// NewServiceQuotas makes the client.
func NewServiceQuotas(config aws.Config, options ...func(*servicequotas.Options)) ServiceQuotas {
	client := servicequotas.NewFromConfig(config, options...)
	return ServiceQuotas{
		getAWSDefaultServiceQuota: client.GetAWSDefaultServiceQuota,
		getServiceQuota:           client.GetServiceQuota,
	}
}

func (c ServiceQuotas) GetAWSDefaultServiceQuota(ctx context.Context, in *servicequotas.GetAWSDefaultServiceQuotaInput, o ...func(*servicequotas.Options)) (*servicequotas.GetAWSDefaultServiceQuotaOutput, error) {
	return c.getAWSDefaultServiceQuota(ctx, in, o...)
}

func (c ServiceQuotas) GetServiceQuota(ctx context.Context, in *servicequotas.GetServiceQuotaInput, o ...func(*servicequotas.Options)) (*servicequotas.GetServiceQuotaOutput, error) {
	return c.getServiceQuota(ctx, in, o...)
}

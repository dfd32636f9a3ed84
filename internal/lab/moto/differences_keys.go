package moto

// The differences of IAM's access keys.
var (
	MissingKeyIsNamed = Difference{
		Name: "the owner of a key that does not exist",
		How:  "GetAccessKeyLastUsed answers NoSuchEntity, and not AccessDenied.",
		AWS:  "https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccessKeyLastUsed.html",
	}

	IAMKeys = Differences{MissingKeyIsNamed}
)

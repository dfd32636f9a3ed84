package moto

// The differences of IAM's access keys and users.
var (
	MissingKeyIsNamed = Difference{
		Name: "the owner of a key that does not exist",
		How:  "GetAccessKeyLastUsed answers NoSuchEntity, and not AccessDenied.",
		AWS:  "https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccessKeyLastUsed.html",
	}
	NoUserBoundary = Difference{
		Name: "the permissions boundary of a user",
		How:  "GetUser does not give it.",
		AWS:  "https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetUser.html",
	}

	IAMKeys  = Differences{MissingKeyIsNamed}
	IAMUsers = Differences{NoUserBoundary}
)

//! Who has earned a certificate, the signed credential, and its verification.

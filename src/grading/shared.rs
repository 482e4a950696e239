//! Bytes in sealed memory, which many children can read through a descriptor and none can change.

use std::{
    fs::File,
    io::{self, Write},
    os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd},
};

use rustix::fs::{MemfdFlags, Mode, OFlags, SealFlags, fcntl_add_seals, memfd_create, open};

/// An immutable run of bytes behind a descriptor without a path.
#[derive(Debug)]
pub struct SharedBytes {
    fd: OwnedFd,
    len: usize,
}

impl SharedBytes {
    /// Copies the bytes into memory that nobody can write, grow or shrink any more.
    pub fn new(bytes: &[u8]) -> io::Result<Self> {
        let fd = memfd_create("assay", MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING)?;
        let mut file = File::from(fd);
        file.write_all(bytes)?;
        let fd = OwnedFd::from(file);
        fcntl_add_seals(&fd, SealFlags::WRITE | SealFlags::GROW | SealFlags::SHRINK | SealFlags::SEAL)?;
        Ok(Self { fd, len: bytes.len() })
    }

    /// Memory that is filled later, behind a descriptor that can already be handed out for reading; its length counts
    /// as 0 until then.
    pub fn later() -> io::Result<(Pending, Self)> {
        let fd = memfd_create("assay", MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING)?;
        // A description of its own, without the right to write: the reader is not trusted.
        let path = format!("/proc/self/fd/{}", fd.as_raw_fd());
        let reader = open(path, OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty())?;
        Ok((Pending(fd), Self { fd: reader, len: 0 }))
    }

    /// Number of bytes.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are no bytes.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Reads `len` bytes at `offset`, fewer at the end.
    pub fn read(&self, offset: usize, len: usize) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; len.min(self.len.saturating_sub(offset))];
        read_exact_at(self.fd.as_fd(), &mut bytes, offset)?;
        Ok(bytes)
    }
}

/// Memory that is still to be filled.
#[derive(Debug)]
pub struct Pending(OwnedFd);

impl Pending {
    /// Fills the memory; nobody can write, grow or shrink it afterwards.
    pub fn fill(self, bytes: &[u8]) -> io::Result<()> {
        let mut file = File::from(self.0);
        file.write_all(bytes)?;
        fcntl_add_seals(&file, SealFlags::WRITE | SealFlags::GROW | SealFlags::SHRINK | SealFlags::SEAL)?;
        Ok(())
    }
}

impl AsFd for SharedBytes {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }
}

/// Fills the buffer from this position of a file; the file's own position is neither used nor moved.
pub(super) fn read_exact_at(fd: BorrowedFd<'_>, mut buffer: &mut [u8], offset: usize) -> io::Result<()> {
    let mut position = offset as u64;
    while !buffer.is_empty() {
        match rustix::io::pread(fd, &mut *buffer, position) {
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(read) => {
                buffer = buffer.split_at_mut(read).1;
                position += read as u64;
            }
            Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sealed_bytes_are_read_at_any_place_and_never_written() {
        let shared = SharedBytes::new(b"0123456789").unwrap();
        assert_eq!((shared.len(), shared.is_empty()), (10, false));
        assert_eq!(shared.read(3, 4).unwrap(), b"3456");
        assert_eq!(shared.read(8, 100).unwrap(), b"89");
        assert_eq!(shared.read(50, 1).unwrap(), b"");
        assert!(rustix::io::write(&shared, b"x").is_err());
    }
    #[test]
    fn bytes_that_come_later_can_be_read_but_never_written_through_the_reader() {
        let (pending, reader) = SharedBytes::later().unwrap();
        assert!(rustix::io::write(&reader, b"x").is_err());
        assert!(rustix::fs::ftruncate(&reader, 0).is_err());
        pending.fill(b"0123").unwrap();
        let mut bytes = [0; 2];
        read_exact_at(reader.as_fd(), &mut bytes, 2).unwrap();
        assert_eq!(&bytes, b"23");
    }
}

use std::{
    fs::{self, DirBuilder, Permissions},
    io,
    os::unix::{
        fs::{DirBuilderExt, FileTypeExt, MetadataExt, PermissionsExt},
        net::{UnixListener, UnixStream},
    },
    path::{Path, PathBuf},
    process,
};

/// A socket file of this process; dropping it removes the file, unless it is another's by then.
#[derive(Debug)]
pub(super) struct SocketFile {
    path: PathBuf,
    identity: (u64, u64),
}

/// Listens on a socket that only this user may open, in the place of one that a dead process left behind.
pub(super) fn bind(path: &Path) -> io::Result<(UnixListener, SocketFile)> {
    make_way(path)?;
    // Bound where nobody else can reach it, so that there is no moment at which others may open it.
    let folder = Folder::make(path)?;
    let made = folder.0.join("s");
    let listener = UnixListener::bind(&made)?;
    fs::set_permissions(&made, Permissions::from_mode(0o600))?;
    let identity = identity(&made)?;
    fs::rename(&made, path)?;
    Ok((listener, SocketFile { path: path.to_owned(), identity }))
}

/// Refuses where something else than a socket, or one that a process listens on, is in the way.
fn make_way(path: &Path) -> io::Result<()> {
    let refuse = |what| Err(io::Error::new(io::ErrorKind::AddrInUse, format!("{}: {what}", path.display())));
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
        Ok(found) if !found.file_type().is_socket() => refuse("there is a file that is no socket"),
        Ok(_) => match UnixStream::connect(path) {
            Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => Ok(()),
            Ok(_) => refuse("another process listens there"),
            Err(error) => Err(error),
        },
    }
}

fn identity(path: &Path) -> io::Result<(u64, u64)> {
    let file = fs::symlink_metadata(path)?;
    Ok((file.dev(), file.ino()))
}

impl Drop for SocketFile {
    fn drop(&mut self) {
        if identity(&self.path).is_ok_and(|identity| identity == self.identity) {
            // Whoever starts next replaces what is left.
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// A folder of this user's alone, beside the socket.
struct Folder(PathBuf);

impl Folder {
    fn make(beside: &Path) -> io::Result<Self> {
        let folder = beside.with_file_name(format!(".h{}", process::id()));
        match DirBuilder::new().mode(0o700).create(&folder) {
            // Left behind by a process of the same number, which a container gives to each.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                fs::remove_dir_all(&folder)?;
                DirBuilder::new().mode(0o700).create(&folder)?;
            }
            made => made?,
        }
        Ok(Self(folder))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

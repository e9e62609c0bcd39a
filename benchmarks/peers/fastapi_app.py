"""FastAPI with SQLAlchemy, as their documentation advises: a session for each request, models, answers checked."""

import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Annotated

import jwt
from fastapi import Depends, FastAPI, HTTPException, Query
from fastapi.security import OAuth2PasswordBearer, OAuth2PasswordRequestForm
from pwdlib import PasswordHash
from pydantic import BaseModel, ConfigDict
from sqlalchemy import ForeignKey, Index, UniqueConstraint, create_engine, event, func, select
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    Session,
    joinedload,
    mapped_column,
    relationship,
    sessionmaker,
)

SECRET = "a secret of the benchmark, long enough"  # noqa: S105
SORTS = {"id": ("id",), "name": ("name_sort", "id"), "creation_date": ("creation_date", "id")}
engine = create_engine(f"sqlite:///{os.environ['DATABASE_FILE']}")
sessions = sessionmaker(engine)
passwords = PasswordHash.recommended()


@event.listens_for(engine, "connect")
def _durability(connection: object, _: object) -> None:
    cursor = connection.cursor()  # type: ignore[attr-defined]
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.close()


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "user"
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int]
    email: Mapped[str] = mapped_column(unique=True)
    password_hash: Mapped[str]


class Email(Base):
    __tablename__ = "email"
    __table_args__ = (UniqueConstraint("account_id", "email"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int]
    email: Mapped[str]


class Phone(Base):
    __tablename__ = "phone"
    __table_args__ = (UniqueConstraint("account_id", "extension", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int]
    extension: Mapped[str]
    number: Mapped[str]


class Lead(Base):
    __tablename__ = "lead"
    __table_args__ = (
        Index("lead_account", "account_id", "id"),
        Index("lead_name", "account_id", "name_sort", "id"),
        Index("lead_date", "account_id", "creation_date", "id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int]
    name: Mapped[str | None]
    name_sort: Mapped[str | None]
    city_id: Mapped[int | None]
    custom_data: Mapped[str | None]
    creation_date: Mapped[str]
    email_id: Mapped[int | None] = mapped_column(ForeignKey("email.id"))
    phone_id: Mapped[int | None] = mapped_column(ForeignKey("phone.id"))
    email: Mapped[Email | None] = relationship()
    phone: Mapped[Phone | None] = relationship()


class Shown(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class EmailShown(Shown):
    email: str


class PhoneShown(Shown):
    extension: str
    number: str


class LeadShown(Shown):
    id: int
    name: str | None
    city_id: int | None
    custom_data: str | None
    creation_date: str
    email: EmailShown | None
    phone: PhoneShown | None


class Page(BaseModel):
    count: int
    data: list[LeadShown]


class LeadGiven(BaseModel):
    name: str
    email: EmailShown | None = None
    phone: PhoneShown | None = None


class LeadChanged(BaseModel):
    name: str


app = FastAPI()


def session() -> Iterator[Session]:
    with sessions() as one:
        yield one


Database = Annotated[Session, Depends(session)]


def current_user(database: Database, token: Annotated[str, Depends(OAuth2PasswordBearer("token"))]) -> User:
    try:
        email = jwt.decode(token, SECRET, algorithms=["HS256"])["sub"]
    except jwt.InvalidTokenError:
        raise HTTPException(401) from None
    user = database.scalar(select(User).where(User.email == email))
    if user is None:
        raise HTTPException(401)
    return user


Current = Annotated[User, Depends(current_user)]


@app.post("/token")
def token(database: Database, form: Annotated[OAuth2PasswordRequestForm, Depends()]) -> dict[str, str]:
    user = database.scalar(select(User).where(User.email == form.username))
    if user is None or not passwords.verify(form.password, user.password_hash):
        raise HTTPException(401)
    return {"access_token": sign(user.email), "token_type": "bearer"}


@app.get("/lead")
def leads(
    database: Database,
    user: Current,
    page: Annotated[int, Query(ge=1)] = 1,
    limit: Annotated[int, Query(le=100)] = 25,
    sort: str = "id",
) -> Page:
    count = database.scalar(select(func.count()).select_from(Lead).where(Lead.account_id == user.account_id))
    found = database.scalars(
        select(Lead)
        .where(Lead.account_id == user.account_id)
        .options(joinedload(Lead.email), joinedload(Lead.phone))
        .order_by(*(getattr(Lead, column) for column in SORTS[sort]))
        .offset((page - 1) * limit)
        .limit(limit)
    )
    return Page(count=count or 0, data=[LeadShown.model_validate(one) for one in found])


def _own(database: Session, user: User, lead_id: int) -> Lead:
    lead = database.scalar(
        select(Lead)
        .where(Lead.id == lead_id, Lead.account_id == user.account_id)
        .options(joinedload(Lead.email), joinedload(Lead.phone))
    )
    if lead is None:
        raise HTTPException(404)
    return lead


@app.get("/lead/{lead_id}")
def lead(database: Database, user: Current, lead_id: int) -> LeadShown:
    return LeadShown.model_validate(_own(database, user, lead_id))


@app.post("/lead", status_code=201)
def create(database: Database, user: Current, given: LeadGiven) -> LeadShown:
    account_id = user.account_id
    made = Lead(
        account_id=account_id,
        name=given.name,
        name_sort=given.name.casefold(),
        creation_date=datetime.now(UTC).isoformat(timespec="seconds"),
        email=Email(account_id=account_id, **given.email.model_dump()) if given.email else None,
        phone=Phone(account_id=account_id, **given.phone.model_dump()) if given.phone else None,
    )
    database.add(made)
    database.commit()
    return LeadShown.model_validate(made)


@app.patch("/lead/{lead_id}")
def update(database: Database, user: Current, lead_id: int, given: LeadChanged) -> LeadShown:
    changed = _own(database, user, lead_id)
    changed.name, changed.name_sort = given.name, given.name.casefold()
    database.commit()
    return LeadShown.model_validate(changed)


def sign(email: str) -> str:
    return jwt.encode({"sub": email, "exp": datetime.now(UTC) + timedelta(days=1)}, SECRET, "HS256")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["prepare", password]:
            Base.metadata.create_all(engine)
            sys.stdout.write(passwords.hash(password))
        case ["sign", *emails]:
            sys.stdout.write("\n".join(map(sign, emails)))
